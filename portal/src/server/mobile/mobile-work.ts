import { RecurringProblem } from '../recurring-problem.js';

/** Milliseconds. */
const EVERY = 30 * 1000;

/** What a portal does for mobile devices besides answering requests: it ends what is overdue, and records what has left. */
export class MobileWork {
  readonly #underWay = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #isLooking = false;
  readonly #problem = new RecurringProblem(
    (problem) => `Enrolments of mobile devices could not be brought up to date (${problem}); the portal keeps trying.`,
  );

  /** @param endOverdue ends what has run out of time */
  constructor(private readonly endOverdue: () => Promise<void>) {}

  /** Looks for what is overdue, now and every half minute. */
  start(): void {
    this.#timer = setInterval(() => this.#look(), EVERY);
    // It keeps no process alive.
    this.#timer.unref();
    this.#look();
  }

  /** Does what follows a request; no answer waits for it. */
  do(work: () => Promise<void>): void {
    const running = work()
      .catch((error: unknown) => this.#problem.report(error))
      .finally(() => this.#underWay.delete(running));
    this.#underWay.add(running);
  }

  /** Looks no more, and waits for what is under way: afterwards the database can be closed. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#underWay);
  }

  /** A look that takes longer than half a minute is the only one. */
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
