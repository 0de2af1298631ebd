import { CardError, StatusWord } from './status-word.js';

/** One BER-TLV data object (ISO/IEC 8825-1). */
export interface Tlv {
  /** All bytes of the tag as one number, such as 0x53, 0x7F49 or 0x5F2F. */
  readonly tag: number;
  readonly value: Buffer;
}

const MORE_TAG_BYTES = 0x1f;
const TAG_CONTINUES = 0x80;
const LONG_LENGTH = 0x80;
const MAX_LENGTH_BYTES = 3;

/** Encodes a data object whose value is the concatenation of its parts. */
export function tlv(tag: number, ...parts: readonly Buffer[]): Buffer {
  const value = Buffer.concat(parts);
  return Buffer.concat([bytesOf(tag), encodeLength(value.length), value]);
}

/**
 * Decodes consecutive data objects.
 *
 * @throws CardError 6A80 when the bytes are not BER-TLV, a length is indefinite, or a tag or length takes more than three bytes
 */
export function parseTlvs(bytes: Buffer): Tlv[] {
  const found: Tlv[] = [];
  for (let offset = 0; offset < bytes.length;) {
    const tag = readTag(bytes, offset);
    const length = readLength(bytes, tag.end);
    const end = length.end + length.value;
    if (end > bytes.length) throw malformed();
    found.push({ tag: tag.value, value: bytes.subarray(length.end, end) });
    offset = end;
  }
  return found;
}

/** Returns the value of the first data object with this tag. Returns undefined if no object has the tag. */
export function valueOf(tag: number, tlvs: readonly Tlv[]): Buffer | undefined {
  return tlvs.find((candidate) => candidate.tag === tag)?.value;
}

/**
 * Returns the value of the first data object with this tag.
 *
 * @throws CardError 6A80 if no object has the tag
 */
export function requireValue(tag: number, tlvs: readonly Tlv[]): Buffer {
  const value = valueOf(tag, tlvs);
  if (!value) throw new CardError(StatusWord.wrongData, `tag ${tag.toString(16)} is missing`);
  return value;
}

/** Encodes a length in BER and DER. A length up to 127 takes one byte. A larger length is preceded by a byte with the number of its bytes. */
export function encodeLength(length: number): Buffer {
  if (length < LONG_LENGTH) return Buffer.of(length);
  const bytes = bytesOf(length);
  return Buffer.concat([Buffer.of(LONG_LENGTH | bytes.length), bytes]);
}

function bytesOf(value: number): Buffer {
  const hex = value.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
}

function readTag(bytes: Buffer, offset: number): { value: number; end: number } {
  let value = byteAt(bytes, offset);
  let end = offset + 1;
  if ((value & MORE_TAG_BYTES) !== MORE_TAG_BYTES) return { value, end };
  for (let last = TAG_CONTINUES; (last & TAG_CONTINUES) !== 0; end++) {
    last = byteAt(bytes, end);
    value = value * 0x100 + last;
    if (value > 0xff_ffff) throw malformed();
  }
  return { value, end };
}

function readLength(bytes: Buffer, offset: number): { value: number; end: number } {
  const first = byteAt(bytes, offset);
  const start = offset + 1;
  if (first < LONG_LENGTH) return { value: first, end: start };
  const count = first & ~LONG_LENGTH;
  if (count === 0 || count > MAX_LENGTH_BYTES || start + count > bytes.length) throw malformed();
  return { value: bytes.readUIntBE(start, count), end: start + count };
}

function byteAt(bytes: Buffer, offset: number): number {
  const byte = bytes[offset];
  if (byte === undefined) throw malformed();
  return byte;
}

function malformed(): CardError {
  return new CardError(StatusWord.wrongData, 'the data is not BER-TLV');
}
