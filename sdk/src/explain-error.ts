import { wordsOf, type CardwrightError, type ErrorTexts, type ErrorWords } from '@cardwright/protocol';
import { chooseLanguage } from '@cardwright/words';

/**
 * Returns the catalogue's words for an error: what it means, and what helps. The words are loaded only when an error is explained, so a page
 * that only connects does not load them.
 *
 * @param language a tag of RFC 5646. If the catalogue does not have this language, the words are English.
 * @returns the words in this language. If the words cannot be loaded, for example without a network, the message is English and the other
 * texts are empty.
 * @example
 * const { message, user } = await explainError(new CardwrightError('NO_READER'), 'de');
 */
export async function explainError(error: CardwrightError, language = 'en'): Promise<ErrorWords> {
  return wordsOf(error, await loadTexts(language).catch(() => ({})));
}

async function loadTexts(language: string): Promise<Partial<ErrorTexts>> {
  const { words } = await import('@cardwright/words/on-demand/errors');
  return words.load(chooseLanguage([language]));
}
