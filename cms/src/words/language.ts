/** Languages in which a CMS speaks to its users. */
export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];

/** The same text in every language. */
export type Words = Readonly<Record<Language, string>>;

const OTHERWISE: Language = 'en';
/** Maximum number of language ranges to read. A header may be long, and its first ranges matter most. */
const MAX_RANGES = 32;

/**
 * Chooses the language that a browser prefers among those of the CMS (`accept-language`, RFC 9110, 12.5.4). A range matches by its
 * first subtag, so that `de-CH` gets German. English if none matches.
 */
export function chooseLanguage(header: string | undefined): Language {
  const wished = (header ?? '')
    .split(',', MAX_RANGES)
    .map(readRange)
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight);
  for (const { tag } of wished) {
    if (tag === '*') return OTHERWISE;
    const language = LANGUAGES.find((one) => one === tag);
    if (language) return language;
  }
  return OTHERWISE;
}

/** Reads one range with its weight, 1 by default (RFC 9110, 12.4.2). An unreadable range has weight 0. */
function readRange(range: string): { tag: string; weight: number } {
  const [, tag = '', quality = '1'] =
    /^\s*(\*|[a-z]{1,8})(?:-[a-z0-9]{1,8})*\s*(?:;\s*q=([01](?:\.\d{0,3})?)\s*)?$/i.exec(range) ?? [];
  return { tag: tag.toLowerCase(), weight: tag === '' ? 0 : Number(quality) };
}
