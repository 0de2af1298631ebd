import type { PluralForms } from './plural.js';

/**
 * A sentence about a number, as data: for words that are packed as JSON.
 *
 * @example
 * const triesLeft = new Counted({ one: '$1 try is left.', other: '$1 tries are left.' });
 */
export class Counted {
  /** @param forms `$1` stands for the number, `$2` for the value beside it */
  constructor(readonly forms: PluralForms) {}
}

export const counted = (forms: PluralForms): Counted => new Counted(forms);
