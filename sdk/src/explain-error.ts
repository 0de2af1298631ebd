import { wordsOf, type CardwrightError, type ErrorTexts, type ErrorWords } from '@cardwright/protocol';

/** Loaded when an error is shown: a page that connects does not carry them. */
const TEXTS = {
  en: async () => (await import('@cardwright/protocol/english')).englishErrors,
  de: async () => (await import('@cardwright/protocol/german')).germanErrors,
} as const;

/**
 * What an error means and what to do, in the words of the catalogue.
 *
 * @returns the English message alone where the words cannot be loaded, for example because the network is gone
 * @example
 * const { message, user } = await explainError(error, 'de');
 */
export async function explainError(error: CardwrightError, language: keyof typeof TEXTS = 'en'): Promise<ErrorWords> {
  const texts: Partial<ErrorTexts> = await TEXTS[language]().catch(() => ({}));
  return wordsOf(error, texts);
}
