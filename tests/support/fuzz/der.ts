/** Encodes DER, and what only looks like it. */
export const element = (tag: number, ...content: readonly Uint8Array[]): Uint8Array => {
  const value = Buffer.concat(content);
  return Buffer.concat([Buffer.of(tag), lengthOf(value.length), value]);
};

const lengthOf = (length: number): Uint8Array => {
  if (length < 0x80) return Uint8Array.of(length);
  const hex = length.toString(16);
  const digits = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  return Buffer.concat([Buffer.of(0x80 | digits.length), digits]);
};

export const sequence = (...content: readonly Uint8Array[]): Uint8Array => element(0x30, ...content);
export const set = (...content: readonly Uint8Array[]): Uint8Array => element(0x31, ...content);
export const integer = (...content: readonly Uint8Array[]): Uint8Array => element(0x02, ...content);
export const octets = (...content: readonly Uint8Array[]): Uint8Array => element(0x04, ...content);
export const bits = (...content: readonly Uint8Array[]): Uint8Array => element(0x03, Uint8Array.of(0), ...content);
/** @param content the encoded OID in hexadecimal */
export const oid = (content: string): Uint8Array => element(0x06, Buffer.from(content, 'hex'));
export const NULL = Uint8Array.of(0x05, 0x00);
export const text = (value: string): Uint8Array => element(0x0c, Buffer.from(value));
export const time = (value: string): Uint8Array => element(0x17, Buffer.from(value));
