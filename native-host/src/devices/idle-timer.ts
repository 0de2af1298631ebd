import type { Cancel, Clock } from '../clock.js';

/**
 * Calls `onIdle` when no work has run in `during` for some time. While work runs, the timer is stopped. The timer starts from zero when the last work
 * ends.
 */
export class IdleTimer {
  #isStarted = false;
  #uses = 0;
  #cancel: Cancel = () => undefined;

  /** @param milliseconds the time without work after which `onIdle` is called */
  constructor(
    private readonly clock: Clock,
    private readonly milliseconds: number,
    private readonly onIdle: () => void,
  ) {}

  get isInUse(): boolean {
    return this.#uses > 0;
  }

  /** Starts the timer from zero. While work runs in `during`, the timer starts when the work ends. */
  start(): void {
    this.#isStarted = true;
    this.#restart();
  }

  /** Stops the timer until `start` is called again. */
  stop(): void {
    this.#isStarted = false;
    this.#cancel();
  }

  /** Runs work, and stops the timer meanwhile. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#cancel();
    this.#uses += 1;
    try {
      return await work();
    } finally {
      this.#uses -= 1;
      this.#restart();
    }
  }

  #restart(): void {
    this.#cancel();
    if (!this.#isStarted || this.isInUse) return;
    this.#cancel = this.clock.after(this.milliseconds, this.onIdle, { background: true });
  }
}
