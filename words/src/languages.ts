// Written by scripts/languages.mjs from the folders of the languages: change nothing here.

/** The languages that there are, as tags of RFC 5646. */
export const LANGUAGES: readonly string[] = ['en', 'de'];
