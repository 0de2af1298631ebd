/** A line of the table: a figure beside a reference that is measured at the same time, so that the ratio says the same on any machine. */
export interface Line {
  readonly name: string;
  /** What the reference is. */
  readonly beside: string;
  readonly unit: Unit;
  /** What the ratio of figure to reference should be. */
  readonly goal: Goal;
}

/** `/s`: so many a second. */
export type Unit = 'ms' | 'bytes' | '/s';
export type Goal = { readonly atMost: number } | { readonly atLeast: number };

/** A figure and its reference, both in the unit of their line. */
export interface Sample {
  readonly figure: number;
  readonly reference: number;
}

/** What is measured together: one line, or several. */
export interface Measurement {
  readonly lines: readonly Line[];
  /** Number of rounds that count. */
  readonly rounds: number;
  /** Number of rounds before, in which code is compiled and caches are filled. Default: none. */
  readonly warmUp?: number;
  readonly open: () => Promise<Bench>;
}

/** A measurement that is ready. */
export interface Bench {
  /** Measures each line once. Returns the samples in the order of the lines. */
  readonly round: () => Promise<readonly Sample[]>;
  readonly close?: () => Promise<void>;
}

/**
 * Makes a round of a figure and its reference. Each comes first in every second round, so that neither always runs on what the other has left.
 *
 * @param figure measures the figure once
 * @param reference measures the reference once
 */
export function inTurn(figure: () => Promise<number>, reference: () => Promise<number>): Bench['round'] {
  let isReferenceFirst = false;
  return async () => {
    isReferenceFirst = !isReferenceFirst;
    if (!isReferenceFirst) return [{ figure: await figure(), reference: await reference() }];
    const first = await reference();
    return [{ figure: await figure(), reference: first }];
  };
}
