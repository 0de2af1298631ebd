import { isErrorCode, wordsOf, wordsOfCode, type CardwrightError } from '@cardwright/protocol';
import { chooseText, loadText, nameOfModel } from '@cardwright/sdk/elements';
import { words as pages } from '@cardwright/words/on-demand/portal';

export type { Advice } from '@cardwright/words/en/portal';

const { lang } = document.documentElement;

/** The texts in the language that the server chose for the page; English if they cannot be loaded. */
export const text = await pages.load(lang).catch(() => pages.english);
await loadText();

/** Returns the wizard's message for an error code. Returns null if the code is unknown or null. */
export function explain(code: string | null): string | null {
  if (code === null || !isErrorCode(code)) return null;
  return wordsOfCode(code, chooseText().errors).message;
}

/** Returns the name of the model of a device or a policy, in the words of the wizard. */
export const modelNameOf = (named: { readonly model: string; readonly modelName: string }): string =>
  nameOfModel(chooseText(), named);

/** Returns the error's message, in the words of the wizard. */
export const messageOf = (error: CardwrightError): string => wordsOf(error, chooseText().errors).message;
