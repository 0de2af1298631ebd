/** A BER-TLV data object (ISO/IEC 7816-4, 5.2.2; ISO/IEC 8825-1). The tag is the big-endian number of its bytes, such as 0x7f49. */
export interface Tlv {
  readonly tag: number;
  readonly value: Uint8Array;
}

/** The error for data that are not BER-TLV, or lack a required object. */
export class TlvError extends Error {
  override readonly name = 'TlvError';
}

/** Value of the low five bits in a tag's first byte if more tag bytes follow. */
const LONG_TAG = 0x1f;
/** Bit that means "more bytes follow": in a tag byte after the first, a further tag byte; in a length's first byte, the bytes of the length. */
const MORE = 0x80;
/** Largest number of bytes in a tag. PIV uses no longer tags. */
const MAX_TAG_BYTES = 3;
/** Largest number of length bytes after the first: objects of up to 16 MiB. */
const MAX_LENGTH_BYTES = 3;

/** Encodes one data object. Its value is the concatenation of `parts`. */
export function encodeTlv(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([Uint8Array.from([...bigEndian(tag), ...encodeLength(length)]), ...parts]);
}

/**
 * Decodes consecutive data objects.
 *
 * @throws TlvError when a tag or length is truncated, too long or in an unknown form, or an object is longer than the data.
 */
export function decodeTlvs(data: Uint8Array): Tlv[] {
  const found: Tlv[] = [];
  for (let offset = 0; offset < data.length;) {
    const { tag, value, end } = decodeOne(data, offset);
    found.push({ tag, value });
    offset = end;
  }
  return found;
}

/**
 * Returns the value of the first object with this tag. Returns undefined if there is no such object.
 *
 * @throws TlvError when the data are not consecutive objects
 */
export function findTlv(data: Uint8Array, tag: number): Uint8Array | undefined {
  return decodeTlvs(data).find((object) => object.tag === tag)?.value;
}

/**
 * Returns the value of the first object with this tag.
 *
 * @throws TlvError when there is no such object, or the data are not consecutive objects.
 */
export function requireTlv(data: Uint8Array, tag: number): Uint8Array {
  const value = findTlv(data, tag);
  if (!value) throw new TlvError(`there is no object with tag ${tag.toString(16)}`);
  return value;
}

/** Returns the result of `read`, or null if `read` throws a `TlvError`. Use this function where malformed data of a card must not be an error. */
export function ifTlv<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof TlvError) return null;
    throw error;
  }
}

/** Returns the big-endian bytes of a tag or number, without leading zeros; one zero for 0. */
export function bigEndian(value: number): number[] {
  const digits: number[] = [];
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) digits.unshift(rest % 256);
  return digits.length > 0 ? digits : [0];
}

function encodeLength(length: number): number[] {
  if (length < MORE) return [length];
  const digits = bigEndian(length);
  return [MORE | digits.length, ...digits];
}

function decodeOne(data: Uint8Array, start: number): { tag: number; value: Uint8Array; end: number } {
  let offset = start;
  const next = (): number => {
    const byte = data[offset];
    if (byte === undefined) throw new TlvError('the object is cut short');
    offset += 1;
    return byte;
  };

  let byte = next();
  let tag = byte;
  if ((byte & LONG_TAG) === LONG_TAG) {
    do {
      if (offset - start >= MAX_TAG_BYTES) throw new TlvError('the tag is too long');
      byte = next();
      tag = tag * 256 + byte;
    } while ((byte & MORE) !== 0);
  }

  let length = next();
  if (length >= MORE) {
    const lengthBytes = length - MORE;
    if (lengthBytes === 0 || lengthBytes > MAX_LENGTH_BYTES) throw new TlvError('the length has an unknown form');
    length = 0;
    for (let i = 0; i < lengthBytes; i += 1) length = length * 256 + next();
  }
  const end = offset + length;
  if (end > data.length) throw new TlvError('the object is longer than the data');
  return { tag, value: data.slice(offset, end), end };
}
