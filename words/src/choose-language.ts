import { LANGUAGES } from './languages.js';

/** The language that is used if there are no words in a preferred language. */
export const ENGLISH = 'en';

/**
 * Returns the first preferred language that is available, otherwise English. A tag matches by its first subtag (RFC 5646, 2.2.1), so `de-CH`
 * gets German.
 *
 * @param wished preferred language tags, the most preferred first
 * @param spoken available languages
 * @example
 * chooseLanguage(['de-CH', 'fr']); // 'de'
 */
export const chooseLanguage = (wished: readonly string[], spoken: readonly string[] = LANGUAGES): string =>
  wished.map(primarySubtag).find((language) => spoken.includes(language)) ?? ENGLISH;

const primarySubtag = (tag: string): string => tag.toLowerCase().split('-')[0] ?? '';
