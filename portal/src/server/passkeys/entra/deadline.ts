import { setTimeout as sleep } from 'node:timers/promises';

/** Time limit that all requests and pauses of one call of a service share. */
export class Deadline {
  readonly #end: number;
  /** Aborted when the time is over. */
  readonly signal: AbortSignal;

  /** @param limit milliseconds from now */
  constructor(limit: number) {
    this.#end = performance.now() + limit;
    this.signal = AbortSignal.timeout(limit);
  }

  /** Waits, and returns true. Returns false at once if the wait would not end before the deadline. */
  async wait(milliseconds: number): Promise<boolean> {
    if (performance.now() + milliseconds >= this.#end) return false;
    await sleep(milliseconds);
    return true;
  }
}
