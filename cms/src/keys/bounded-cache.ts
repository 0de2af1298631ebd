/** Cache for expensive values. Keeps the most recently used ones. */
export class BoundedCache<V extends object> {
  readonly #values = new Map<string, V>();

  /** @param size maximum number of entries */
  constructor(private readonly size: number) {}

  get(key: string, make: () => V): V {
    const current = this.#values.get(key) ?? make();
    // The most recently used entry is last; the first one is dropped.
    this.#values.delete(key);
    this.#values.set(key, current);
    for (const [oldest] of this.#values) if (this.#values.size > this.size) this.#values.delete(oldest);
    return current;
  }
}
