import { RecurringProblem } from '../work/recurring-problem.js';

/** Milliseconds between two searches for overdue enrolments. */
const EVERY = 30 * 1000;

/** The portal's work for mobile devices beside the answers to requests: ends overdue enrolments, and records which certificates were sent. */
export class MobileWork {
  readonly #underWay = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #isLooking = false;
  readonly #problem = new RecurringProblem(
    (problem) => `Enrolments of mobile devices could not be brought up to date (${problem}); the portal keeps trying.`,
  );

  /** @param endOverdue ends enrolments whose time is over */
  constructor(private readonly endOverdue: () => Promise<void>) {}

  /** Ends overdue enrolments now and every half minute. */
  start(): void {
    this.#timer = setInterval(() => this.#look(), EVERY);
    // The process may end although the timer is running.
    this.#timer.unref();
    this.#look();
  }

  /**
   * Runs work that follows a request. The answer to the request does not wait for the work. If the work fails, the error is logged and not thrown.
   */
  do(work: () => Promise<void>): void {
    const running = work()
      .catch((error: unknown) => this.#problem.report(error))
      .finally(() => this.#underWay.delete(running));
    this.#underWay.add(running);
  }

  /** Stops looking for overdue enrolments, and waits for running work. Afterwards the caller can close the database. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#underWay);
  }

  /** Ends overdue enrolments. Does nothing if an earlier run has not finished. */
  #look(): void {
    if (this.#isLooking) return;
    this.#isLooking = true;
    this.do(async () => {
      try {
        await this.endOverdue();
        this.#problem.end();
      } finally {
        this.#isLooking = false;
      }
    });
  }
}
