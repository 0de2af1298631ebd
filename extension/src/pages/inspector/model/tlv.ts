/**
 * A BER-TLV data object (ISO/IEC 7816-4, 5.2.2) or a DER object (ITU-T X.690), with a tag of at most three bytes and a definite length
 * below 2^24.
 */
export interface Tlv {
  /** Bytes of the tag as a number, for example 0x7f49. */
  readonly tag: number;
  readonly value: Uint8Array;
  /** All bytes of the object: tag, length and value. */
  readonly whole: Uint8Array;
}

const LONG_TAG = 0x1f;
const MORE = 0x80;
const MAX_TAG_BYTES = 3;
const MAX_LENGTH_BYTES = 3;

/** Reads consecutive objects. Returns null if the bytes are anything else, or contain padding. */
export function readTlvs(bytes: Uint8Array): Tlv[] | null {
  const found: Tlv[] = [];
  for (let offset = 0; offset < bytes.length;) {
    const one = readOne(bytes, offset);
    if (one === null) return null;
    found.push(one);
    offset += one.whole.length;
  }
  return found;
}

function readOne(bytes: Uint8Array, start: number): Tlv | null {
  let offset = start;
  let byte = bytes[offset++] ?? 0;
  let tag = byte;
  // A tag of 0 is padding, not an object.
  if (tag === 0) return null;
  if ((byte & LONG_TAG) === LONG_TAG) {
    do {
      if (offset - start >= MAX_TAG_BYTES || offset >= bytes.length) return null;
      byte = bytes[offset++] ?? 0;
      tag = tag * 256 + byte;
    } while ((byte & MORE) !== 0);
  }
  const first = bytes[offset++];
  if (first === undefined) return null;
  let length = first;
  if (first >= MORE) {
    const count = first - MORE;
    if (count === 0 || count > MAX_LENGTH_BYTES) return null;
    length = 0;
    for (let i = 0; i < count; i += 1) length = length * 256 + (bytes[offset++] ?? 0);
  }
  const end = offset + length;
  return end > bytes.length ? null : { tag, value: bytes.subarray(offset, end), whole: bytes.subarray(start, end) };
}

/** Decodes pairs of hexadecimal digits. A last single digit is ignored. */
export const fromHex = (digits: string): Uint8Array =>
  Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

/** Encodes bytes as lower-case hexadecimal digits, in pairs with an optional separator. */
export const toHex = (bytes: Uint8Array, separator = ''): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(separator);
