/**
 * Returns the name of a language in that language, with a capital at its beginning.
 *
 * @param language tag of the language
 * @throws RangeError if the tag is malformed
 * @example
 * languageName('de'); // 'Deutsch'
 */
export function languageName(language: string): string {
  const name = new Intl.DisplayNames([language], { type: 'language' }).of(language) ?? language;
  return name.slice(0, 1).toLocaleUpperCase(language) + name.slice(1);
}
