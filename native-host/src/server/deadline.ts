/** The time that a command may take; it rests while a window waits for the user. */
export class Deadline {
  readonly #controller = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #startedAt = 0;
  #pauses = 0;

  /** @param left milliseconds */
  constructor(private left: number) {
    this.#start();
  }

  /** Aborts when the time is over. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Lets the time rest until the work is settled. */
  async restDuring<T>(work: () => Promise<T>): Promise<T> {
    if (this.#pauses++ === 0) this.#stop();
    try {
      return await work();
    } finally {
      if (--this.#pauses === 0) this.#start();
    }
  }

  clear(): void {
    clearTimeout(this.#timer);
  }

  #start(): void {
    this.#startedAt = Date.now();
    this.#timer = setTimeout(() => {
      this.#controller.abort();
    }, this.left);
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.left -= Date.now() - this.#startedAt;
  }
}
