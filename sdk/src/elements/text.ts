import { isErrorCode, wordsOf, type CardwrightError, type ErrorTexts, type ErrorWords } from '@cardwright/protocol';
import { ENGLISH } from '@cardwright/words';
import { words as dialogs } from '@cardwright/words/on-demand/dialogs';
import { words as errors } from '@cardwright/words/on-demand/errors';
import { PageWords } from './page-words.js';

/** All words of the elements, in one language. */
export type Text = typeof dialogs.english & {
  /** The language of these words, for the attribute `lang` of an element that shows them. */
  readonly language: string;
  readonly errors: ErrorTexts;
};

export const texts = new PageWords<Text>({
  english: { ...dialogs.english, language: ENGLISH, errors: errors.english },
  async load(language) {
    const words = await Promise.all([dialogs.load(language), errors.load(language)]);
    return { ...words[0], language, errors: words[1] };
  },
});

/**
 * Returns the words in the page's language, or else in one of the browser's languages, or else in English. Until `loadText` is done, the
 * words are English.
 *
 * @example
 * await loadText();
 * console.log(chooseText().language);
 */
export const chooseText = (): Text => texts.now;

/**
 * Loads the words in the language of `chooseText`. Returns undefined if they are already loaded. If loading fails, the words stay English.
 *
 * @example
 * await loadText();
 */
export const loadText = (): Promise<void> | undefined => texts.load();

/**
 * Returns the name of a device's model in the language of the words. A name that is not the model's usual English name, for example a name
 * from the organisation's device policy, is returned unchanged.
 *
 * @example
 * for (const device of devices) console.log(nameOfModel(chooseText(), device));
 */
export function nameOfModel({ models }: Text, { model, modelName }: Named): string {
  const [usual, own]: Readonly<Record<string, string>>[] = [dialogs.english.models, models];
  return usual?.[model] === modelName ? (own?.[model] ?? modelName) : modelName;
}

interface Named {
  /** Key of the model in device policies. */
  readonly model: string;
  readonly modelName: string;
}

/**
 * Returns the meaning and the remedy of an error, in the language of the words.
 *
 * @example
 * const { message, user } = describe(chooseText(), new CardwrightError('NO_READER'));
 */
export const describe = (text: Text, error: CardwrightError): ErrorWords => wordsOf(error, text.errors);

/**
 * Returns the `reason` in the details of an error, usually a sentence of the CMS for people. Returns null if the error has no reason, if
 * the reason is an error code, or if the error is `STEP_REFUSED`.
 *
 * @example
 * reasonOf(new CardwrightError('CA_REFUSED', { reason: 'The contract has ended.' })); // 'The contract has ended.'
 */
export function reasonOf({ code, data }: CardwrightError): string | null {
  const details: Readonly<Record<string, unknown>> = data;
  const reason = details.reason;
  return typeof reason === 'string' && !isErrorCode(reason) && code !== 'STEP_REFUSED' ? reason : null;
}

/**
 * Returns a text with the installed version of the part that has to be updated and, if known, the version that is needed. Returns null if
 * the installed version is unknown. The word "Version" is the same in all languages of the sdk.
 *
 * @example
 * versionsOf(new CardwrightError('VERSION_MISMATCH', { update: 'host', installed: '0.1.0', minimum: '0.2.0' })); // 'Version 0.1.0 → 0.2.0'
 */
export function versionsOf({ data }: CardwrightError): string | null {
  const { installed, minimum }: Readonly<Record<string, unknown>> = data;
  return typeof installed === 'string' ? [`Version ${installed}`, minimum].filter(Boolean).join(' → ') : null;
}

/** Returns the number of attempts that are left after a wrong PIN or code; null if the error has no such number, or no attempt is left. */
export function triesLeftOf({ data }: CardwrightError): number | null {
  const details: Readonly<Record<string, unknown>> = data;
  const tries = details.retriesLeft;
  return typeof tries === 'number' && tries > 0 ? tries : null;
}
