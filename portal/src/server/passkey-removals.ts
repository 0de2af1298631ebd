import type { FastifyInstance } from 'fastify';
import { RecurringProblem } from './recurring-problem.js';
import type { Routes } from './routes/table.js';

/** Milliseconds. A service that was away is asked again as often. */
const EVERY = 3 * 60 * 1000;

/**
 * Works off the passkeys that their services are to remove: when the portal starts, when it is nudged, and every few minutes. One run at
 * a time, and no request waits for it.
 */
export class PasskeyRemovals {
  #timer: NodeJS.Timeout | undefined;
  readonly #end = new AbortController();
  #run: Promise<void> | undefined;
  #isAskedAgain = false;
  readonly #problem = new RecurringProblem(
    (problem) => `Passkeys could not be removed at their services (${problem}); the portal keeps trying.`,
  );

  /** @param removeDue removes some of what is due, and says how many; it stops soon once `signal` is aborted */
  constructor(private readonly removeDue: (signal: AbortSignal) => Promise<number>) {}

  start(): void {
    this.#timer = setInterval(() => this.nudge(), EVERY);
    // It keeps no process alive.
    this.#timer.unref();
    this.nudge();
  }

  /** Something may have become due. During a run, another one follows: that one may have looked already. */
  nudge(): void {
    if (this.#end.signal.aborted) return;
    this.#isAskedAgain = true;
    this.#run ??= this.#workOff();
  }

  /** Begins no run any more, and waits for the one under way: afterwards the database can be closed. */
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
        // There may be more than one run takes.
        this.#isAskedAgain ||= removed > 0;
        this.#problem.end();
      } catch (error) {
        this.#problem.report(error);
      }
    }
    // At once, so that no nudge falls between the last look and this.
    this.#run = undefined;
  }
}

/** Requests after which passkeys may be due: a device was released, is being given back or reset, or will never be finished. */
const MAY_DROP: readonly (keyof Routes)[] = [
  'POST /api/operator/devices/{id}/{action}',
  'POST /api/devices/{id}/start-again',
  'POST /api/operations/{id}/results',
  'POST /api/operations/{id}/cancel',
];

/** Nudges the removals once such a request is answered. */
export function removeAfterRequests(app: FastifyInstance, removals: PasskeyRemovals): void {
  app.addHook('onResponse', (request, _reply, done) => {
    const { address } = request.routeOptions.config;
    if (MAY_DROP.some((one) => one === address)) removals.nudge();
    done();
  });
}
