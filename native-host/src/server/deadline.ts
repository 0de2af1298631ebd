import { systemClock, type Cancel, type Clock } from '../clock.js';

/** The time limit of a command, which is suspended while a window waits for the user. */
export class Deadline {
  readonly #controller = new AbortController();
  #cancel: Cancel = () => undefined;
  #startedAt = 0;
  #pauses = 0;

  /** @param left milliseconds that remain */
  constructor(
    private left: number,
    private readonly clock: Clock = systemClock,
  ) {
    this.#start();
  }

  /** Signal that is aborted when the time is over. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Does some work with the time limit suspended, and returns its result. */
  async restDuring<T>(work: () => Promise<T>): Promise<T> {
    if (this.#pauses++ === 0) this.#stop();
    try {
      return await work();
    } finally {
      if (--this.#pauses === 0) this.#start();
    }
  }

  clear(): void {
    this.#cancel();
  }

  #start(): void {
    this.#startedAt = this.clock.now();
    this.#cancel = this.clock.after(this.left, () => this.#controller.abort());
  }

  #stop(): void {
    this.#cancel();
    this.left -= this.clock.now() - this.#startedAt;
  }
}
