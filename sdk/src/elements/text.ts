import { isErrorCode, describeError, type CardwrightError } from '@cardwright/protocol';
import { english } from './text/english.js';
import { german } from './text/german.js';
import type { ErrorText, Text } from './text/text-type.js';

export type { ErrorText, Text };

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
export function describe(text: Text, error: CardwrightError): ErrorText {
  const { code } = error;
  const { message, user } = describeError(code);
  const [what, remedy] = text.errors[code] ?? [message, user];
  const data: Readonly<Record<string, unknown>> = error.data;
  if (code === 'SITE_NOT_GRANTED' && (data.consent === 'denied' || data.consent === 'blocked'))
    return text.consent[data.consent];
  if (code === 'VERSION_MISMATCH' && isPart(data.update)) return [what, text.update[data.update]];
  return [what, remedy];
}

/** The reason that a CMS gives in its own words, where the error has one. */
export function reasonOf({ code, data }: CardwrightError): string | null {
  const details: Readonly<Record<string, unknown>> = data;
  const reason = details.reason;
  return typeof reason === 'string' && !isErrorCode(reason) && code !== 'STEP_REFUSED' ? reason : null;
}

const isPart = (value: unknown): value is 'sdk' | 'extension' | 'host' =>
  value === 'sdk' || value === 'extension' || value === 'host';
