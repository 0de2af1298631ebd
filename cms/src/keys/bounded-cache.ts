/** Keeps what is dear to make, for the keys that were asked for last. */
export class BoundedCache<V extends object> {
  readonly #values = new Map<string, V>();

  /** @param size entries */
  constructor(private readonly size: number) {}

  get(key: string, make: () => V): V {
    const current = this.#values.get(key) ?? make();
    // The one that was used last stands last, and the first one goes.
    this.#values.delete(key);
    this.#values.set(key, current);
    for (const [oldest] of this.#values) if (this.#values.size > this.size) this.#values.delete(oldest);
    return current;
  }
}
