import { isCardwrightError } from '@cardwright/protocol';
import { log } from '../log/log.js';

/**
 * Logs the problems of work that is repeated. A problem that recurs is logged only the first time, until the work succeeds or has a different
 * problem.
 */
export class RecurringProblem {
  #last: string | undefined;

  /** @param sentence returns the line for the log, given the code or the class of an error */
  constructor(private readonly sentence: (problem: string) => string) {}

  /**
   * Logs the code or the class of an error, if it differs from what was logged last. The error's message is left out, because it may quote
   * values.
   */
  report(error: unknown): void {
    const problem = isCardwrightError(error) ? error.code : error instanceof Error ? error.name : typeof error;
    if (problem === this.#last) return;
    this.#last = problem;
    log.error(this.sentence(problem));
  }

  /** Notes that the work has succeeded. The next problem is logged, even if it is the same as before. */
  end(): void {
    this.#last = undefined;
  }
}
