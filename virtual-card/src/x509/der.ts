import { encodeLength } from '../apdu/tlv.js';

/** Tags of the types that a certificate needs, in DER (ITU-T X.690). */
const Tag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  printableString: 0x13,
  utcTime: 0x17,
  sequence: 0x30,
  set: 0x31,
  explicit: 0xa0,
} as const;

const HIGH_BIT = 0x80;
const LOW_BITS = 0x7f;
const ARC_SHIFT = 7;

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const value = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(tag), encodeLength(value.length), value]);
}

export const sequence = (...parts: readonly Buffer[]): Buffer => der(Tag.sequence, ...parts);
export const set = (...parts: readonly Buffer[]): Buffer => der(Tag.set, ...parts);
export const explicit = (number: number, value: Buffer): Buffer => der(Tag.explicit | number, value);
export const octetString = (value: Buffer): Buffer => der(Tag.octetString, value);
export const bitString = (value: Buffer, unusedBits = 0): Buffer => der(Tag.bitString, Buffer.of(unusedBits), value);
export const utf8String = (text: string): Buffer => der(Tag.utf8String, Buffer.from(text, 'utf8'));
export const printableString = (text: string): Buffer => der(Tag.printableString, Buffer.from(text, 'ascii'));
export const boolean = (value: boolean): Buffer => der(Tag.boolean, Buffer.of(value ? 0xff : 0));

/** Encodes a non-negative integer from its big-endian bytes. */
export function integer(bytes: Buffer): Buffer {
  const start = bytes.findIndex((byte) => byte !== 0);
  const minimal = start === -1 ? Buffer.of(0) : bytes.subarray(start);
  const looksNegative = (minimal.readUInt8(0) & HIGH_BIT) !== 0;
  return der(Tag.integer, looksNegative ? Buffer.concat([Buffer.of(0), minimal]) : minimal);
}

/** Encodes a time of the years 1950 to 2049 as UTCTime (RFC 5280, 4.1.2.5.1). */
export function utcTime(moment: Date): Buffer {
  const text = moment.toISOString().replaceAll(/[-:T]/g, '').slice(2, 14);
  return der(Tag.utcTime, Buffer.from(`${text}Z`, 'ascii'));
}

/** Encodes an object identifier from its dotted form. */
export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return der(Tag.objectIdentifier, ...[first * 40 + second, ...rest].map(encodeArc));
}

function encodeArc(arc: number): Buffer {
  const bytes = [arc & LOW_BITS];
  for (let left = arc >>> ARC_SHIFT; left > 0; left >>>= ARC_SHIFT) bytes.unshift((left & LOW_BITS) | HIGH_BIT);
  return Buffer.from(bytes);
}
