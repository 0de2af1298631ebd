import { isCardwrightError } from '@cardwright/protocol';

/** Tells the log of work that fails again and again: of the same problem once, until it is over. */
export class RecurringProblem {
  #last: string | undefined;

  /** @param sentence what the log is told, with the problem's name in it */
  constructor(private readonly sentence: (problem: string) => string) {}

  /** A message may quote values, so only the error's code or class is told. */
  report(error: unknown): void {
    const problem = isCardwrightError(error) ? error.code : error instanceof Error ? error.name : typeof error;
    if (problem === this.#last) return;
    this.#last = problem;
    console.error(this.sentence(problem));
  }

  /** The work has succeeded. */
  end(): void {
    this.#last = undefined;
  }
}
