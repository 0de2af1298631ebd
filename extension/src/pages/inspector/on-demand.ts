/** A part of the page whose script is loaded when it is first needed. */
export class OnDemand<T> {
  #part: T | null = null;
  #loading: Promise<T> | null = null;

  /**
   * @param load imports the script, and makes the part
   * @param failed is told why the part cannot be loaded; the next use tries again
   */
  constructor(
    private readonly load: () => Promise<T>,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** Null before it is loaded. */
  get loaded(): T | null {
    return this.#part;
  }

  /** Calls back with the part: at once if it is loaded, else afterwards, in the order of the calls. */
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
