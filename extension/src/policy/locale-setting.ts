import { LANGUAGES } from '@cardwright/words';
import { asItIs, defineSetting, isOneOf } from './setting.js';

/** In a separate file, because every page reads it, and most read nothing else. */
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
