import type { Counted } from './counted.js';

/**
 * A unit of translation, which is replaced as a whole: a sentence, a function that fills values into a sentence, or a list of
 * sentences.
 */
type Sentence = string | Counted | readonly unknown[] | ((...values: never) => unknown);

/**
 * The words in a language other than English. Each sentence replaces the English sentence of the same name, and has the same type. Any sentence
 * may be missing.
 */
export type Partly<W> = W extends Sentence ? W : { readonly [K in keyof W]?: Partly<W[K]> };

/**
 * Returns the words of another language. Words that are missing in this language are in English.
 *
 * @param english the complete English words
 * @param others the words of the other language
 * @example
 * complete({ yes: 'Yes', no: 'No' }, { yes: 'Ja' }); // { yes: 'Ja', no: 'No' }
 */
export function complete<W extends object>(english: W, others: Partly<NoInfer<W>>): W {
  const filled = Object.entries(english).map(([name, sentence]: [string, unknown]) => {
    const other: unknown = Reflect.get(others, name);
    return [name, isGroup(sentence) && isGroup(other) ? complete(sentence, other) : (other ?? sentence)];
  });
  const added = Object.entries(others).filter(([name]) => !Object.hasOwn(english, name));
  // `Partly` ensures that each member of the other language has the type of its English counterpart.
  return Object.fromEntries([...filled, ...added]) as W;
}

const isGroup = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
