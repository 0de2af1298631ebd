/** Encoded tags of universal types (X.690, 8.1.2). The tags of constructed types include the bit "constructed". */
export const TAG = {
  integer: 0x02,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  printableString: 0x13,
  utcTime: 0x17,
  sequence: 0x30,
  set: 0x31,
} as const;

/** Returns a constructed context-specific tag. */
export const context = (number: number): number => 0xa0 | number;

/** Encodes an element whose content is the concatenation of `parts`. */
export function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(tag), length(content.length), content]);
}

export const sequence = (...parts: readonly Uint8Array[]): Buffer => der(TAG.sequence, ...parts);

/** Encodes a SET OF in the order of DER (X.690, 11.6). */
export const setOf = (...parts: readonly Uint8Array[]): Buffer =>
  der(TAG.set, ...[...parts].sort((a, b) => Buffer.compare(a, b)));

export const smallInteger = (value: number): Buffer => der(TAG.integer, Buffer.of(value));

export const printable = (text: string): Buffer => der(TAG.printableString, Buffer.from(text, 'ascii'));

/**
 * Encodes an object identifier.
 *
 * @param dotted such as `1.2.840.113549.1.7.2`
 */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return der(TAG.oid, Buffer.from([first * 40 + second, ...rest].flatMap(base128)));
}

/** Encodes a time as UTCTime, without fractions of a second. */
export function utcTime(date: Date): Buffer {
  const digits = date.toISOString().replaceAll(/[^0-9]/g, '');
  return der(TAG.utcTime, Buffer.from(`${digits.slice(2, 14)}Z`, 'ascii'));
}

function base128(value: number): number[] {
  const digits = [value & 0x7f];
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) digits.unshift((rest & 0x7f) | 0x80);
  return digits;
}

function length(value: number): Buffer {
  if (value < 0x80) return Buffer.of(value);
  const digits: number[] = [];
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) digits.unshift(rest % 256);
  return Buffer.of(0x80 | digits.length, ...digits);
}

/** A decoded element. */
export interface DerElement {
  readonly tag: number;
  readonly content: Buffer;
  /** The element with tag and length, in its original encoding. */
  readonly whole: Buffer;
}

/**
 * Decodes an element.
 *
 * @throws unless the bytes are exactly one DER element
 */
export function readDer(bytes: Uint8Array): DerElement {
  const { element, rest } = readFirst(Buffer.from(bytes));
  if (rest.length > 0) throw new Error('There is something after the end.');
  return element;
}

/**
 * Decodes the children of a constructed element.
 *
 * @throws when the content is not a series of DER elements
 */
export function childrenOf({ content }: DerElement): DerElement[] {
  const children: DerElement[] = [];
  for (let rest = content; rest.length > 0;) {
    const next = readFirst(rest);
    children.push(next.element);
    rest = next.rest;
  }
  return children;
}

/**
 * Returns the child at an index.
 *
 * @throws if there is no child at this index, or if the child has another tag
 */
export function childAt(element: DerElement, index: number, tag: number): DerElement {
  const child = childrenOf(element)[index];
  if (child?.tag !== tag) throw new Error(`Tag ${child?.tag ?? 'none'} stands where ${tag} should.`);
  return child;
}

function readFirst(bytes: Buffer): { element: DerElement; rest: Buffer } {
  const [tag, first] = bytes;
  if (tag === undefined || first === undefined) throw new Error('It ends too early.');
  if (first === 0x80 || first > 0x84) throw new Error('That length is not DER, or longer than anything here.');
  const lengthBytes = first < 0x80 ? 0 : first - 0x80;
  const start = 2 + lengthBytes;
  if (bytes.length < start) throw new Error('It ends too early.');
  const size = lengthBytes === 0 ? first : bytes.readUIntBE(2, lengthBytes);
  if (bytes.length < start + size) throw new Error('It ends too early.');
  const whole = bytes.subarray(0, start + size);
  return { element: { tag, content: whole.subarray(start), whole }, rest: bytes.subarray(start + size) };
}
