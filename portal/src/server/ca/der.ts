import { tlv } from '@cardwright/cms/authority';

/** DER tags that several files of this folder use. */
export const INTEGER = 0x02;
export const SEQUENCE = 0x30;

const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;
/** First year whose times are encoded as GeneralizedTime. Earlier times are encoded as UTCTime (RFC 5280, 4.1.2.5). */
const FIRST_GENERALIZED_YEAR = 2050;

/**
 * Encodes a non-negative INTEGER in DER.
 *
 * @param hex at least one hexadecimal digit; leading zeros are ignored
 */
export function encodeInteger(hex: string): Uint8Array {
  const digits = hex.replace(/^0+(?=.)/, '');
  const bytes = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex');
  // If the first bit is 1, a leading zero byte keeps the number from being read as negative.
  return (bytes[0] ?? 0) < 0x80 ? tlv(INTEGER, bytes) : tlv(INTEGER, Buffer.of(0), bytes);
}

/** Encodes a Time in DER, to the second (RFC 5280, 4.1.2.5). */
export function encodeTime(time: Date): Uint8Array {
  const digits = time.toISOString().replace(/[-:T]|\.\d{3}/g, '');
  return time.getUTCFullYear() < FIRST_GENERALIZED_YEAR
    ? tlv(UTC_TIME, Buffer.from(digits.slice(2), 'ascii'))
    : tlv(GENERALIZED_TIME, Buffer.from(digits, 'ascii'));
}
