/** Estimated bytes of memory that a line takes besides its characters: the string's header and its reference in the ring's array. */
const OVERHEAD = 40;
const BEYOND_LATIN_1 = /[\u0100-\uffff]/;

export interface RingLimits {
  readonly lines: number;
  /** Maximum memory that the lines may take, in bytes. */
  readonly bytes: number;
}

/** Lines in the order of their arrival, limited in number and in memory. If a limit is exceeded, the oldest lines are dropped. */
export class LineRing {
  readonly #lines: string[] = [];
  /** Index of the oldest line. The elements before this index are empty strings. */
  #first = 0;
  #bytes = 0;

  constructor(private readonly limits: RingLimits) {}

  get length(): number {
    return this.#lines.length - this.#first;
  }

  /** Bytes of memory that the lines take. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds a line. Returns the number of dropped lines. */
  add(line: string): number {
    this.#lines.push(line);
    this.#bytes += costOf(line);
    let dropped = 0;
    while (this.length > this.limits.lines || this.#bytes > this.limits.bytes) {
      this.#dropOldest();
      dropped += 1;
    }
    return dropped;
  }

  clear(): void {
    this.#lines.length = 0;
    this.#first = 0;
    this.#bytes = 0;
  }

  *[Symbol.iterator](): Generator<string> {
    for (let at = this.#first; at < this.#lines.length; at += 1) yield this.#lines[at] ?? '';
  }

  /** Returns the newest lines that together have at most this number of characters, oldest first. */
  newest(characters: number): string[] {
    let left = characters;
    let from = this.#lines.length;
    while (from > this.#first) {
      left -= this.#lines[from - 1]?.length ?? 0;
      if (left < 0) break;
      from -= 1;
    }
    return this.#lines.slice(from);
  }

  #dropOldest(): void {
    this.#bytes -= costOf(this.#lines[this.#first] ?? '');
    this.#lines[this.#first] = '';
    this.#first += 1;
    // The array is compacted rarely and all at once, so the cost for each line is small.
    if (this.#first >= this.limits.lines) {
      this.#lines.splice(0, this.#first);
      this.#first = 0;
    }
  }
}

/**
 * Returns an estimate of a line's memory, in bytes. V8 stores a text with one byte for each character if all its characters are Latin-1, and
 * with two bytes for each character if they are not.
 */
const costOf = (line: string): number => line.length * (BEYOND_LATIN_1.test(line) ? 2 : 1) + OVERHEAD;
