/** Languages in which a CMS speaks to its users. */
export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];

/** One thing in every language. */
export type Words = Readonly<Record<Language, string>>;

const OTHERWISE: Language = 'en';
/** A header may be long; what matters comes first. */
const MAX_RANGES = 32;

/**
 * The language that a browser prefers among those that the CMS speaks (`accept-language`, RFC 9110, 12.5.4). A range
 * matches by its first subtag, so that `de-CH` gets German. English where none does.
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

/** One range with its weight, 1 where none is given (RFC 9110, 12.4.2); one that cannot be read weighs nothing. */
function readRange(range: string): { tag: string; weight: number } {
  const [, tag = '', quality = '1'] =
    /^\s*(\*|[a-z]{1,8})(?:-[a-z0-9]{1,8})*\s*(?:;\s*q=([01](?:\.\d{0,3})?)\s*)?$/i.exec(range) ?? [];
  return { tag: tag.toLowerCase(), weight: tag === '' ? 0 : Number(quality) };
}
