/** Cache for values that are expensive to make. Keeps the values that were used most recently. */
export class BoundedCache<V extends object> {
  readonly #values = new Map<string, V>();

  /** @param size maximum number of entries */
  constructor(private readonly size: number) {}

  get(key: string, make: () => V): V {
    const current = this.#values.get(key) ?? make();
    // The most recently used entry is last; the first entry is dropped.
    this.#values.delete(key);
    this.#values.set(key, current);
    for (const [oldest] of this.#values) if (this.#values.size > this.size) this.#values.delete(oldest);
    return current;
  }
}
