/** A pseudo-random generator that repeats its numbers for the same seed (mulberry32). */
export class SeededRandom {
  #state: number;

  /** @param seed an integer below 2^32 */
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** Returns an integer from 0 up to, but excluding, the bound. */
  below(bound: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * bound);
  }

  /** Picks up to so many items, and keeps their order. */
  sample<T>(items: readonly T[], count: number): T[] {
    const left = items.map((_, index) => index);
    while (left.length > count) left.splice(this.below(left.length), 1);
    return left.flatMap((index) => items.slice(index, index + 1));
  }

  /** Picks one of the items. */
  pick<T>(items: readonly T[]): T {
    const [item] = this.sample(items, 1);
    if (item === undefined) throw new Error('there is nothing to pick from');
    return item;
  }
}
