import { LANGUAGES } from './languages.js';

/** The language of readers who prefer none of the others. */
export const ENGLISH = 'en';

/**
 * Chooses the first preferred language that is spoken. A tag matches by its first subtag (RFC 5646, 2.2.1), so that `de-CH` gets German.
 *
 * @param wished language tags, the most preferred first
 * @example
 * chooseLanguage(['de-CH', 'fr']); // 'de'
 */
export const chooseLanguage = (wished: readonly string[], spoken: readonly string[] = LANGUAGES): string =>
  wished.map(primarySubtag).find((language) => spoken.includes(language)) ?? ENGLISH;

const primarySubtag = (tag: string): string => tag.toLowerCase().split('-')[0] ?? '';
