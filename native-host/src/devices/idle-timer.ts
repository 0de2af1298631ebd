import type { Cancel, Clock } from '../clock.js';

/**
 * Calls `onIdle` when the thing that this object watches was not used for some time. During a use, the timer does not run. It starts from zero when
 * the last use ends.
 */
export class IdleTimer {
  #isStarted = false;
  #uses = 0;
  #cancel: Cancel = () => undefined;

  /** @param milliseconds the time without use after which `onIdle` is called */
  constructor(
    private readonly clock: Clock,
    private readonly milliseconds: number,
    private readonly onIdle: () => void,
  ) {}

  get isInUse(): boolean {
    return this.#uses > 0;
  }

  /** Starts the timer from zero: now, or, while there is a use, at its end. */
  start(): void {
    this.#isStarted = true;
    this.#restart();
  }

  /** Stops the timer until `start` is called again. */
  stop(): void {
    this.#isStarted = false;
    this.#cancel();
  }

  /** Runs work that counts as a use. */
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
