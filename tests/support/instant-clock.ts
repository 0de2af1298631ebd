import type { Clock } from '../../native-host/src/clock.js';

/** A clock on which nobody waits: whatever is to happen later happens at once, and it is then that much later. */
export class InstantClock implements Clock {
  #now = 0;

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, callback: () => void): () => void {
    const handle = setImmediate(() => {
      this.pass(milliseconds);
      callback();
    });
    return () => clearImmediate(handle);
  }

  /** Lets time pass. */
  pass(milliseconds: number): void {
    this.#now += milliseconds;
  }
}
