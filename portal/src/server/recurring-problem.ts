import { isCardwrightError } from '@cardwright/protocol';

/** Logs the problems of work that is repeated. A problem is logged once, until the work succeeds or has another problem. */
export class RecurringProblem {
  #last: string | undefined;

  /** @param sentence returns the line of the log, given the name of the problem */
  constructor(private readonly sentence: (problem: string) => string) {}

  /** Logs only the error's code or class, because its message may quote values. */
  report(error: unknown): void {
    const problem = isCardwrightError(error) ? error.code : error instanceof Error ? error.name : typeof error;
    if (problem === this.#last) return;
    this.#last = problem;
    console.error(this.sentence(problem));
  }

  /** Call when the work has succeeded. */
  end(): void {
    this.#last = undefined;
  }
}
