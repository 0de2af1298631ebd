import { isCardwrightError } from '@cardwright/protocol';

/** Logs work that fails again and again: each problem once, until it is over. */
export class RecurringProblem {
  #last: string | undefined;

  /** @param sentence makes the log's sentence with the name of the problem */
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
