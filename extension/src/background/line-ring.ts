/** What a line costs besides its characters, in bytes: the head of the string and its place in the ring. */
const OVERHEAD = 40;
const BEYOND_LATIN_1 = /[\u0100-\uffff]/;

/** How much a ring holds. */
export interface RingLimits {
  readonly lines: number;
  /** Of memory. */
  readonly bytes: number;
}

/** Lines in the order in which they came, bounded in number and in bytes: the oldest make room. */
export class LineRing {
  readonly #lines: string[] = [];
  /** Where the oldest stands; before it all is empty. */
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

  /** Adds a line, and returns how many had to go. */
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

  /** The newest lines that have so many characters together. */
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
    // Moving them all at once, now and then, costs next to nothing a line.
    if (this.#first >= this.limits.lines) {
      this.#lines.splice(0, this.#first);
      this.#first = 0;
    }
  }
}

/** V8 keeps a text in one byte a character where all of them fit, else in two. */
const costOf = (line: string): number => line.length * (BEYOND_LATIN_1.test(line) ? 2 : 1) + OVERHEAD;
