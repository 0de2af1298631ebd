import { outsideRequests } from '../access.js';
import { RecurringProblem } from './recurring-problem.js';

/** Milliseconds between the runs that the timer starts. What could not be done is tried again after this time at the latest. */
const EVERY = 3 * 60 * 1000;

/** Work that becomes due again and again. */
export interface Job {
  /** Does some of the work that is due, and returns how much. Stops soon once `signal` is aborted. */
  readonly doSome: (signal: AbortSignal) => Promise<number>;
  /** Returns the line for the log after a failure, given the code or the class of the error. */
  readonly failed: (problem: string) => string;
}

/**
 * Does a job: when the portal starts, when `nudge` is called, and every three minutes. Runs of one process never overlap, and no request waits for a
 * run.
 */
export class DueWork {
  #timer: NodeJS.Timeout | undefined;
  readonly #end = new AbortController();
  #run: Promise<void> | undefined;
  #isAskedAgain = false;
  readonly #problem: RecurringProblem;

  constructor(private readonly job: Job) {
    this.#problem = new RecurringProblem(job.failed);
  }

  start(): void {
    this.#timer = setInterval(() => this.nudge(), EVERY);
    // The timer alone does not keep the process running.
    this.#timer.unref();
    this.nudge();
  }

  /**
   * Starts a run, because something may have become due. If a run is under way, lets another run follow, because the current run may have read the
   * rows already. Does nothing after `close`.
   */
  nudge(): void {
    if (this.#end.signal.aborted) return;
    this.#isAskedAgain = true;
    this.#run ??= outsideRequests(() => this.#workOff());
  }

  /** Aborts the current run, waits for its end, and starts no more runs. The caller can close the database afterwards. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#end.abort();
    await this.#run;
  }

  async #workOff(): Promise<void> {
    while (this.#isAskedAgain && !this.#end.signal.aborted) {
      this.#isAskedAgain = false;
      try {
        const done = await this.job.doSome(this.#end.signal);
        // There may be more due than one run does.
        this.#isAskedAgain ||= done > 0;
        this.#problem.end();
      } catch (error) {
        this.#problem.report(error);
      }
    }
    // Nothing is awaited between the last check and this line, so no nudge is lost.
    this.#run = undefined;
  }
}
