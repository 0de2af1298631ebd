/** Keeps what is expensive to make, for the keys that were used last. */
export class BoundedCache<V extends object> {
  readonly #values = new Map<string, V>();

  /** @param size entries */
  constructor(private readonly size: number) {}

  get(key: string, make: () => V): V {
    const current = this.#values.get(key) ?? make();
    // The one used last is at the end; the first one is dropped.
    this.#values.delete(key);
    this.#values.set(key, current);
    for (const [oldest] of this.#values) if (this.#values.size > this.size) this.#values.delete(oldest);
    return current;
  }
}
