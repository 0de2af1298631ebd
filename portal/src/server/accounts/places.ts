import { RateLimited } from '@cardwright/cms/operations';

/** Maximum number of pieces of work that wait for a server at once, and of those that one sender has among them. */
const AT_ONCE = 24;
const OF_ONE_SENDER = 8;
/** Milliseconds after which a refused sender may try again. */
const SOON = 3000;

/**
 * Bounds work that waits for a server and keeps no processor busy. A piece of work begins at once, or is refused: if the server hangs, another piece
 * in a queue would only wait longer.
 */
export class Places {
  readonly #taken = new Map<string, number>();

  /**
   * Does some work, and returns its result.
   *
   * @throws RateLimited (`RATE_LIMITED`) if too much work is under way, of everyone or of this sender; any error of `work`
   */
  async take<T>(sender: string, work: () => Promise<T>): Promise<T> {
    const [own, all] = [this.#taken.get(sender) ?? 0, [...this.#taken.values()].reduce((a, b) => a + b, 0)];
    if (own >= OF_ONE_SENDER || all >= AT_ONCE) throw new RateLimited(SOON);
    this.#taken.set(sender, own + 1);
    try {
      return await work();
    } finally {
      const left = (this.#taken.get(sender) ?? 1) - 1;
      if (left === 0) this.#taken.delete(sender);
      else this.#taken.set(sender, left);
    }
  }
}
