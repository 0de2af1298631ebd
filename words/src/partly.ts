import type { Counted } from './counted.js';

/** A unit of translation: a sentence, a function of its values, or a list of sentences. */
type Sentence = string | Counted | readonly unknown[] | ((...values: never) => unknown);

/** The words of another language than English: any part of the English words, and nothing else. */
export type Partly<W> = W extends Sentence ? W : { readonly [K in keyof W]?: Partly<W[K]> };

/**
 * Fills in the English sentence for each one that a language lacks.
 *
 * @param english every sentence
 * @param others the sentences of the language
 * @example
 * complete({ yes: 'Yes', no: 'No' }, { yes: 'Ja' }); // { yes: 'Ja', no: 'No' }
 */
export function complete<W extends object>(english: W, others: Partly<NoInfer<W>>): W {
  const filled = Object.entries(english).map(([name, sentence]: [string, unknown]) => {
    const other: unknown = Reflect.get(others, name);
    return [name, isGroup(sentence) && isGroup(other) ? complete(sentence, other) : (other ?? sentence)];
  });
  const added = Object.entries(others).filter(([name]) => !Object.hasOwn(english, name));
  // Each member is of the English type: `Partly` says so of the other language's.
  return Object.fromEntries([...filled, ...added]) as W;
}

const isGroup = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
