import { isCardwrightError } from '@cardwright/protocol';

/** Logs the problems of work that is repeated. The same problem is logged once, until the work succeeds or has another problem. */
export class RecurringProblem {
  #last: string | undefined;

  /** @param sentence returns the line of the log, given the name of the problem */
  constructor(private readonly sentence: (problem: string) => string) {}

  /** Logs the problem, unless it is the same as the last one. Only the error's code or class is logged, because its message may quote values. */
  report(error: unknown): void {
    const problem = isCardwrightError(error) ? error.code : error instanceof Error ? error.name : typeof error;
    if (problem === this.#last) return;
    this.#last = problem;
    console.error(this.sentence(problem));
  }

  /** Notes that the work has succeeded. The next problem is logged, even if it is the same as before. */
  end(): void {
    this.#last = undefined;
  }
}
