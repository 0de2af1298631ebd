/** See list.mjs. */

/** One fault that is put into the product, and what should notice it. */
export interface Mutant {
  /** Names it for good, in lower case with hyphens. */
  readonly id: string;
  /** The file that is changed. */
  readonly file: string;
  /** What is replaced. It stands in the file exactly once. */
  readonly text: string;
  /** What stands there instead. */
  readonly by: string;
  /** Part of the promise of docs/security.md, section 3, that breaks. */
  readonly promise: string;
  /** Tests that should notice, the cheapest first, as docs/security.md names them. */
  readonly tests: readonly string[];
  /** Regular expression for the names of the tests to run, where their files are dear. */
  readonly only?: string;
  /** Why nothing can notice it. Such a mutant fails the run if something does. */
  readonly equivalent?: string;
}

export interface MutantList {
  readonly mutants: readonly Mutant[];
  /** Promises that no mutant breaks, and why. */
  readonly without: readonly { readonly promise: string; readonly reason: string }[];
}

export function readMutants(root: string): MutantList;
export function fileOfTest(root: string, test: string): string | undefined;
export function faulty(root: string, mutant: Mutant): string;
export function readPromises(root: string): string[];
export function complaintsAbout(root: string, list: MutantList): string[];
