/**
 * Returns the name of a language in that language, for example `Deutsch`.
 *
 * @example
 * languageName('de'); // 'Deutsch'
 */
export function languageName(language: string): string {
  const name = new Intl.DisplayNames([language], { type: 'language' }).of(language) ?? language;
  return name.slice(0, 1).toLocaleUpperCase(language) + name.slice(1);
}
