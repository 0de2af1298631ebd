import { chooseLanguage, ENGLISH, LANGUAGES } from '@cardwright/words';
import { words as all } from '@cardwright/words/at-once/cms';

/** The same text in English, and in any other languages, each under its language tag (RFC 5646): `{ en: 'Stamp', fr: 'Tampon' }`. */
export interface Words {
  readonly en: string;
  readonly [language: string]: string | undefined;
}

/**
 * Returns the words in a language, or in English if they lack that language.
 *
 * @example
 * sayIn('fr', { en: 'Stamp', fr: 'Tampon' }); // 'Tampon'
 */
export const sayIn = (language: string, words: Words): string =>
  (Object.hasOwn(words, language) ? words[language] : undefined) ?? words.en;

/** Returns one of Cardwright's own texts, in each of Cardwright's languages. */
export const ownWords = (choose: (words: typeof all.english) => string): Words => ({
  ...Object.fromEntries(LANGUAGES.map((language) => [language, choose(all.in(language))])),
  en: choose(all.english),
});

/** Maximum number of language ranges to read. An `accept-language` header may be long, and its first ranges matter most. */
const MAX_RANGES = 32;

/**
 * Returns the language of the CMS that a browser prefers by its `accept-language` (RFC 9110, 12.5.4); English if no language matches. A range
 * matches by its first subtag, so that `de-CH` gets German.
 *
 * @param spoken the languages of the CMS (`Cms.languages`); by default the languages of Cardwright's own texts
 * @example
 * negotiateLanguage('de-CH, en;q=0.8'); // 'de'
 */
export function negotiateLanguage(header: string | undefined, spoken: readonly string[] = LANGUAGES): string {
  const wished = (header ?? '')
    .split(',', MAX_RANGES)
    .map(readRange)
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .map(({ tag }) => (tag === '*' ? ENGLISH : tag));
  return chooseLanguage(wished, spoken);
}

/** Reads one range with its weight, 1 by default (RFC 9110, 12.4.2). An unreadable range has weight 0. */
function readRange(range: string): { tag: string; weight: number } {
  const [, tag = '', quality = '1'] =
    /^\s*(\*|[a-z]{1,8})(?:-[a-z0-9]{1,8})*\s*(?:;\s*q=([01](?:\.\d{0,3})?)\s*)?$/i.exec(range) ?? [];
  return { tag: tag.toLowerCase(), weight: tag === '' ? 0 : Number(quality) };
}
