import type { FastifyInstance } from 'fastify';
import { RecurringProblem } from './recurring-problem.js';
import type { Routes } from './routes/table.js';

/** Milliseconds between the runs that the timer starts. A passkey that could not be removed is tried again after this time at the latest. */
const EVERY = 3 * 60 * 1000;

/**
 * Removes due passkeys from their services: when the portal starts, when `nudge` is called, and every three minutes. Runs of one process never
 * overlap, and no request waits for a run.
 */
export class PasskeyRemovals {
  #timer: NodeJS.Timeout | undefined;
  readonly #end = new AbortController();
  #run: Promise<void> | undefined;
  #isAskedAgain = false;
  readonly #problem = new RecurringProblem(
    (problem) => `Passkeys could not be removed at their services (${problem}); the portal keeps trying.`,
  );

  /** @param removeDue removes some due passkeys and returns their number; stops soon once `signal` is aborted */
  constructor(private readonly removeDue: (signal: AbortSignal) => Promise<number>) {}

  start(): void {
    this.#timer = setInterval(() => this.nudge(), EVERY);
    // The timer alone does not keep the process running.
    this.#timer.unref();
    this.nudge();
  }

  /**
   * Starts a run, because a passkey may have become due. If a run is under way, lets another run follow, because the current run may have read
   * the rows already. Does nothing after `close`.
   */
  nudge(): void {
    if (this.#end.signal.aborted) return;
    this.#isAskedAgain = true;
    this.#run ??= this.#workOff();
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
        const removed = await this.removeDue(this.#end.signal);
        // There may be more due passkeys than one run removes.
        this.#isAskedAgain ||= removed > 0;
        this.#problem.end();
      } catch (error) {
        this.#problem.report(error);
      }
    }
    // Nothing is awaited between the last check and this line, so no nudge is lost.
    this.#run = undefined;
  }
}

/**
 * Requests after which passkeys may be due for removal: a device was released, was reported as stolen, is being given back or reset, was replaced, or
 * its issuance will never be finished.
 */
const MAY_DROP: readonly (keyof Routes)[] = [
  'POST /api/operator/devices/{id}/{action}',
  'POST /api/devices/{id}/start-again',
  'POST /api/devices/{id}/report',
  'POST /api/operations/{id}/results',
  'POST /api/operations/{id}/cancel',
];

/** Nudges the removals after the answer to each request of `MAY_DROP`. */
export function removeAfterRequests(app: FastifyInstance, removals: PasskeyRemovals): void {
  app.addHook('onResponse', (request, _reply, done) => {
    const { address } = request.routeOptions.config;
    if (MAY_DROP.some((one) => one === address)) removals.nudge();
    done();
  });
}
