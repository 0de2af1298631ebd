/** Tags of the elements of DER that keys and certificates are made of (X.690, 8). */
export const TAG = { INTEGER: 0x02, BIT_STRING: 0x03, NULL: 0x05, OID: 0x06, SEQUENCE: 0x30 } as const;

const CONSTRUCTED = 0x20;
/** Tags above 30 take several bytes. Neither keys nor certificates have them. */
const LONG_TAG = 0x1f;
const LONG_FORM = 0x80;
/** Number of bytes of the longest length that is read: 16 MB. Every reader is given fewer bytes than that. */
const LONGEST_LENGTH = 3;

/** One element of DER. */
export interface DerElement {
  readonly tag: number;
  readonly content: Uint8Array;
}

/**
 * Reads DER (X.690, 10) element by element, without recursion. Lengths are definite and in their shortest form, so that no two readers can
 * disagree about where an element ends.
 *
 * @example
 * const [algorithm, key] = [reader.next(TAG.SEQUENCE), reader.next(TAG.BIT_STRING)];
 */
export class DerReader {
  #at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  /** Number of bytes that were read. */
  get position(): number {
    return this.#at;
  }

  /** The bytes that were not read. */
  get rest(): Uint8Array {
    return this.bytes.subarray(this.#at);
  }

  get isAtEnd(): boolean {
    return this.#at === this.bytes.length;
  }

  /** True if the next element has this tag. */
  isNext(tag: number): boolean {
    return this.bytes[this.#at] === tag;
  }

  /** Reads the next element. @throws Error if it is cut off, or is not DER */
  any(): DerElement {
    const tag = this.#byte();
    if ((tag & LONG_TAG) === LONG_TAG) throw new Error('a tag of several bytes');
    const length = this.#length();
    const end = this.#at + length;
    if (end > this.bytes.length) throw new Error('an element is cut off');
    const content = this.bytes.subarray(this.#at, end);
    this.#at = end;
    return { tag, content };
  }

  /** Reads the content of the next element. @throws Error if the element has another tag, is cut off, or is not DER */
  next(tag: number): Uint8Array {
    if (!this.isNext(tag)) throw new Error(`expected the tag ${tag.toString(16)}`);
    return this.any().content;
  }

  /** @throws Error if anything follows */
  end(): void {
    if (!this.isAtEnd) throw new Error('something follows');
  }

  #length(): number {
    const first = this.#byte();
    if (first < LONG_FORM) return first;
    const digits = first - LONG_FORM;
    if (digits === 0 || digits > LONGEST_LENGTH) throw new Error('a length that is indefinite or too long');
    let length = 0;
    for (let read = 0; read < digits; read += 1) length = length * 0x100 + this.#byte();
    if (length < LONG_FORM || length < 0x100 ** (digits - 1)) throw new Error('a length that is not the shortest');
    return length;
  }

  #byte(): number {
    const byte = this.bytes[this.#at];
    if (byte === undefined) throw new Error('an element is cut off');
    this.#at += 1;
    return byte;
  }
}

/**
 * Requires that all elements are DER, and at most so deep. Parsers call themselves for each level, so depth costs them stack.
 *
 * @throws Error
 */
export function requireDer(bytes: Uint8Array, deepest: number): void {
  let level = [bytes];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > deepest) throw new Error('elements are nested too deep');
    level = level.flatMap(constructedIn);
  }
}

function constructedIn(bytes: Uint8Array): Uint8Array[] {
  const reader = new DerReader(bytes);
  const found: Uint8Array[] = [];
  while (!reader.isAtEnd) {
    const { tag, content } = reader.any();
    if ((tag & CONSTRUCTED) !== 0) found.push(content);
  }
  return found;
}
