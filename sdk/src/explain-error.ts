import { wordsOf, type CardwrightError, type ErrorTexts, type ErrorWords } from '@cardwright/protocol';
import { chooseLanguage } from '@cardwright/words';

/**
 * What an error means and what to do, in the words of the catalogue. They are loaded when an error is shown: a page that connects does not
 * carry them.
 *
 * @param language a tag of RFC 5646; English where the catalogue does not speak it
 * @returns the English message alone where the words cannot be loaded, for example because the network is gone
 * @example
 * const { message, user } = await explainError(error, 'de');
 */
export async function explainError(error: CardwrightError, language = 'en'): Promise<ErrorWords> {
  return wordsOf(error, await loadTexts(language).catch(() => ({})));
}

async function loadTexts(language: string): Promise<Partial<ErrorTexts>> {
  const { words } = await import('@cardwright/words/on-demand/errors');
  return words.load(chooseLanguage([language]));
}
