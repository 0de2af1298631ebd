/**
 * A length below this limit is one byte, in DER (X.690, 8.1.3) and in PIV objects (ISO 7816-4, 5.2.2). A greater length follows a byte that has
 * `LONG_FORM` and the number of its bytes.
 */

const SHORT_FORM_LIMIT = 0x80;
const LONG_FORM = 0x80;

/**
 * Encodes one element: a tag of one byte, and its content.
 *
 * @example
 * tlv(0x53, Uint8Array.of(0x01)); // 53 01 01
 */
export function tlv(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
  const value = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag]), encodeLength(value.length), value]);
}

function encodeLength(length: number): Uint8Array {
  if (length < SHORT_FORM_LIMIT) return Buffer.from([length]);
  const hex = length.toString(16);
  const digits = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  return Buffer.concat([Buffer.from([LONG_FORM | digits.length]), digits]);
}
