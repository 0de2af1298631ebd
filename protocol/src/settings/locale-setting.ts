import { LANGUAGES } from '@cardwright/words';
import { asItIs, defineSetting, isOneOf } from './setting.js';

/**
 * Setting with the language of the extension's pages. The setting has a file of its own, because nearly every page reads it, and most pages
 * read no other setting.
 */
export const locale = defineSetting<string | null>({
  schema: { type: 'string', enum: LANGUAGES },
  absent: null,
  read(value, unreadable) {
    if (isOneOf(LANGUAGES, value)) return value;
    unreadable();
    return null;
  },
  describe: asItIs,
});
