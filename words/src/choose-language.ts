import { LANGUAGES } from './languages.js';

/** The language that is used if none of the preferred languages is available. */
export const ENGLISH = 'en';

/**
 * Returns the first preferred language that is available. Returns English if no preferred language is available. Only the primary subtag of a
 * preferred tag counts (RFC 5646, 2.2.1), so `de-CH` gets German. The subtag may be in upper or lower case.
 *
 * @param wished preferred language tags, the most preferred first
 * @param spoken available languages, as primary subtags in lower case
 * @example
 * chooseLanguage(['de-CH', 'fr']); // 'de'
 */
export const chooseLanguage = (wished: readonly string[], spoken: readonly string[] = LANGUAGES): string =>
  wished.map(primarySubtag).find((language) => spoken.includes(language)) ?? ENGLISH;

const primarySubtag = (tag: string): string => tag.toLowerCase().split('-')[0] ?? '';
