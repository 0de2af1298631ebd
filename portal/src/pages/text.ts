import { isErrorCode, wordsOfCode } from '@cardwright/protocol';
import { chooseText } from '@cardwright/sdk/elements';
import { english } from './text/english.js';
import { german } from './text/german.js';
import type { PageText } from './text/text-type.js';

export type { Advice, PageText } from './text/text-type.js';

const LANGUAGES: Readonly<Record<string, PageText>> = { en: english, de: german };

/** The texts in the page's language, which the server chose when it sent the page. */
export const text: PageText = LANGUAGES[document.documentElement.lang] ?? english;

/** What an error of the catalogue means, in the words of the wizard; null for an unknown code. */
export function explain(code: string | null): string | null {
  if (code === null || !isErrorCode(code)) return null;
  return wordsOfCode(code, chooseText().errors).message;
}
