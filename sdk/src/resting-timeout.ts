/**
 * A time limit that can pause, for a command during which the user may have to act. A pause ends by itself after `longestRest`. After a
 * pause, the time runs on from where it stopped.
 */
export class RestingTimeout {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #since = 0;

  /**
   * @param remaining the limit, in milliseconds
   * @param longestRest milliseconds after which a pause ends by itself
   */
  constructor(
    private remaining: number,
    private readonly longestRest: number,
    private readonly onTimeout: () => void,
  ) {
    this.#run();
  }

  /** Begins a pause. If the time limit is pausing already, the pause ends by itself `longestRest` from now. */
  rest(): void {
    if (this.#since > 0) this.remaining -= performance.now() - this.#since;
    this.#since = 0;
    this.#arm(this.longestRest, () => this.#run());
  }

  /** Ends the pause. Does nothing if the time limit is not pausing. */
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
