import type { Clock } from '../../native-host/src/clock.js';

/** A clock without waits: timers fire at once, and advance it by their time. */
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

  /** Moves the clock forward. */
  pass(milliseconds: number): void {
    this.#now += milliseconds;
  }
}
