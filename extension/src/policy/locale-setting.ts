import { LOCALES, type Locale } from '../locale.js';
import { asItIs, defineSetting, isOneOf } from './setting.js';

/** A file of its own, because every page reads it, and most read nothing else. */
export const locale = defineSetting<Locale | null>({
  title: "Language of the extension's windows",
  description: "Without it, the browser's.",
  schema: { type: 'string', enum: LOCALES },
  absent: null,
  read(value, unreadable) {
    if (isOneOf(LOCALES, value)) return value;
    unreadable();
    return null;
  },
  describe: asItIs,
});
