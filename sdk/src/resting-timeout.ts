/**
 * Time limit of a command that can pause. It pauses while a window of the extension waits for the user, but for at most as long as
 * such a window may stay open. After that the time counts again.
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

  rest(): void {
    if (this.#since > 0) this.remaining -= performance.now() - this.#since;
    this.#since = 0;
    this.#arm(this.longestRest, () => this.#run());
  }

  /** Ends the pause. Does nothing if the time is already counting. */
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
