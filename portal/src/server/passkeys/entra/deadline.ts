import { setTimeout as sleep } from 'node:timers/promises';

/** The time that one call of a service may take, whatever it consists of. */
export class Deadline {
  readonly #end: number;
  /** Aborted when the time is over. */
  readonly signal: AbortSignal;

  /** @param limit milliseconds from now */
  constructor(limit: number) {
    this.#end = performance.now() + limit;
    this.signal = AbortSignal.timeout(limit);
  }

  /** Waits; false at once where the wait would not end in time. */
  async wait(milliseconds: number): Promise<boolean> {
    if (performance.now() + milliseconds >= this.#end) return false;
    await sleep(milliseconds);
    return true;
  }
}
