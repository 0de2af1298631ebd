import { RateLimited } from '@cardwright/cms/operations';

/** Maximum number of waiting pieces of work. Each takes about 300 ms, one at a time, so the last waits less than three seconds. */
const QUEUE_LENGTH = 8;
/** Milliseconds after which a refused sender may try again: a full queue has advanced by then. */
const QUEUE_TIME = 3000;

interface Waiting {
  readonly sender: string;
  begin(): void;
  refuse(error: RateLimited): void;
}

/**
 * A queue for work that keeps a processor busy, such as hashing a password. The queue does one piece at a time, because Node.js runs such work on
 * the same few threads as signing and reading files.
 *
 * The queue is fair to senders, not to pieces of work. If the queue is full, a new piece can take the place of the last piece of the sender who
 * has the most pieces in the queue. For that, the sender of the new piece must have at least two pieces fewer in the queue than that sender. No
 * sender is served twice in a row while another sender waits.
 */
export class Turns {
  #served: string | undefined;
  #waiting: readonly Waiting[] = [];

  /**
   * Does some work in its turn, and returns its result.
   *
   * @param sender the sender, who takes turns with others
   * @throws RateLimited (`RATE_LIMITED`) if the queue is full and has no place for this sender, or if another sender's work takes the place of
   *   this work; any error of `work`
   */
  async take<T>(sender: string, work: () => Promise<T>): Promise<T> {
    if (this.#served !== undefined) await this.#wait(sender);
    this.#served = sender;
    try {
      return await work();
    } finally {
      this.#serveNext(sender);
    }
  }

  #wait(sender: string): Promise<void> {
    return new Promise((begin, refuse) => {
      if (this.#waiting.length >= QUEUE_LENGTH && !this.#makeRoomFor(sender)) refuse(new RateLimited(QUEUE_TIME));
      else this.#waiting = [...this.#waiting, { sender, begin, refuse }];
    });
  }

  #makeRoomFor(sender: string): boolean {
    const count = (of: string): number => this.#waiting.filter((waiting) => waiting.sender === of).length;
    const greediest = this.#waiting.reduce((a, b) => (count(b.sender) > count(a.sender) ? b : a)).sender;
    if (count(greediest) <= count(sender) + 1) return false;
    this.#remove(this.#waiting.findLast((waiting) => waiting.sender === greediest))?.refuse(
      new RateLimited(QUEUE_TIME),
    );
    return true;
  }

  #serveNext(sender: string): void {
    const next = this.#remove(this.#waiting.find((waiting) => waiting.sender !== sender) ?? this.#waiting[0]);
    // The next piece of work begins a moment later. Until then no other piece may begin.
    this.#served = next?.sender;
    next?.begin();
  }

  #remove(one: Waiting | undefined): Waiting | undefined {
    this.#waiting = this.#waiting.filter((waiting) => waiting !== one);
    return one;
  }
}
