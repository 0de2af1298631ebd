import { tlv } from '@cardwright/cms/devices';

/** Tags (X.690, 8) that several files of this folder use. */
export const INTEGER = 0x02;
export const SEQUENCE = 0x30;

const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;
/** First year whose times are encoded as GeneralizedTime; earlier ones are a UTCTime (RFC 5280, 4.1.2.5). */
const FIRST_GENERALIZED_YEAR = 2050;

/**
 * Encodes a non-negative INTEGER.
 *
 * @param hex hexadecimal digits; leading zeros are ignored
 */
export function encodeInteger(hex: string): Uint8Array {
  const digits = hex.replace(/^0+(?=.)/, '');
  const bytes = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex');
  // A leading zero byte keeps a high first bit from being read as a negative number.
  return (bytes[0] ?? 0) < 0x80 ? tlv(INTEGER, bytes) : tlv(INTEGER, Buffer.of(0), bytes);
}

/** Encodes a Time of RFC 5280, to the second. */
export function encodeTime(time: Date): Uint8Array {
  const digits = time.toISOString().replace(/[-:T]|\.\d{3}/g, '');
  return time.getUTCFullYear() < FIRST_GENERALIZED_YEAR
    ? tlv(UTC_TIME, Buffer.from(digits.slice(2), 'ascii'))
    : tlv(GENERALIZED_TIME, Buffer.from(digits, 'ascii'));
}
