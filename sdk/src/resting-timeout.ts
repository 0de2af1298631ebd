/**
 * A time limit that can pause. Time in which a window waits for the user does not count towards a command's timeout, up to the
 * window's own limit. After that the window should have given up, and time counts again.
 */
export class RestingTimeout {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #since = 0;

  /**
   * @param remaining milliseconds
   * @param longestRest milliseconds
   */
  constructor(
    private remaining: number,
    private readonly longestRest: number,
    private readonly onTimeout: () => void,
  ) {
    this.#run();
  }

  rest(): void {
    if (this.#since > 0) this.remaining -= performance.now() - this.#since;
    this.#since = 0;
    this.#arm(this.longestRest, () => this.#run());
  }

  /** Counts again. Does nothing if it is already counting. */
  resume(): void {
    if (this.#since === 0) this.#run();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #run(): void {
    this.#since = performance.now();
    this.#arm(Math.max(0, this.remaining), this.onTimeout);
  }

  #arm(milliseconds: number, then: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(then, milliseconds);
  }
}
