import type { Cancel, Clock } from '../clock.js';

/** Calls back once something was unused for a time. While it is in use, the time rests. */
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

  /** Measures the time from now on. */
  start(): void {
    this.#isStarted = true;
    this.#restart();
  }

  /** Calls back no more. */
  stop(): void {
    this.#isStarted = false;
    this.#cancel();
  }

  /** Counts the work as a use. The time begins again at its end. */
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
