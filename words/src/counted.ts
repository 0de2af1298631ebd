import type { PluralForms } from './plural.js';

/**
 * A sentence with a number, in a form for each plural category. The sentence is data, not a function, so that words can be packed as JSON.
 *
 * @example
 * const triesLeft = new Counted({ one: '$1 try is left.', other: '$1 tries are left.' });
 */
export class Counted {
  /** @param forms sentences in which `$1` stands for the number, and `$2` for a second value */
  constructor(readonly forms: PluralForms) {}
}

export const counted = (forms: PluralForms): Counted => new Counted(forms);
