import { isErrorCode, wordsOf, type CardwrightError, type ErrorWords } from '@cardwright/protocol';
import { english } from './text/english.js';
import { german } from './text/german.js';
import type { Text } from './text/text-type.js';

export type { Text };

const LANGUAGES: Readonly<Record<string, Text>> = { en: english, de: german };

/** The texts in the page's language, else in the browser's, else in English. */
export function chooseText(): Text {
  const wished = [document.documentElement.lang, ...navigator.languages];
  for (const tag of wished) {
    const text = LANGUAGES[primary(tag)];
    if (text) return text;
  }
  return english;
}

/** Language of the chosen texts, for the `lang` of what shows them. */
export const languageOf = (text: Text): string =>
  Object.entries(LANGUAGES).find(([, candidate]) => candidate === text)?.[0] ?? 'en';

/** First subtag of a language tag (RFC 5646, 2.2.1). */
const primary = (tag: string): string => tag.toLowerCase().split('-')[0] ?? '';

/** What an error means and what to do, in the user's words. */
export const describe = (text: Text, error: CardwrightError): ErrorWords => wordsOf(error, text.errors);

/** The reason that a CMS gives in its own words, where the error has one. */
export function reasonOf({ code, data }: CardwrightError): string | null {
  const details: Readonly<Record<string, unknown>> = data;
  const reason = details.reason;
  return typeof reason === 'string' && !isErrorCode(reason) && code !== 'STEP_REFUSED' ? reason : null;
}

/** How often its user can still try after a wrong PIN or code; null where nobody counts, or none is left. */
export function triesLeftOf({ data }: CardwrightError): number | null {
  const details: Readonly<Record<string, unknown>> = data;
  const tries = details.retriesLeft;
  return typeof tries === 'number' && tries > 0 ? tries : null;
}
