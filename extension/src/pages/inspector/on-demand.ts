/** A part of the page whose script is loaded when it is first needed. */
export class OnDemand<T> {
  #part: T | null = null;
  #loading: Promise<T> | null = null;

  /**
   * @param load imports the script, and creates the part
   * @param failed receives the reason why the part cannot be loaded, once for each waiting call of `use`; the next call tries again
   */
  constructor(
    private readonly load: () => Promise<T>,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** The part; null until it is loaded. */
  get loaded(): T | null {
    return this.#part;
  }

  /**
   * Calls `work` with the part, at once if the part is loaded. If the part is not loaded, loads it first; the waiting calls of `use` keep
   * their order.
   */
  use(work: (part: T) => void): void {
    if (this.#part === null) void this.#use(work);
    else work(this.#part);
  }

  async #use(work: (part: T) => void): Promise<void> {
    this.#loading ??= this.load();
    try {
      this.#part = await this.#loading;
    } catch (error) {
      this.#loading = null;
      this.failed(error);
      return;
    }
    work(this.#part);
  }
}
