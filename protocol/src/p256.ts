import * as v from 'valibot';
import { decodeBytes } from './base64url.js';
import { publicJwk } from './schema.js';

/** The curve P-256: y² = x³ - 3x + b in the field of a prime (NIST SP 800-186, 3.2.1.3). */
const PRIME = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;

/**
 * 32 bytes in base64url. The last character has two bits without meaning, which must be 0, so that each value has one spelling (RFC 4648,
 * 3.5).
 */
const COORDINATE = /^[\w-]{42}[048AEIMQUYcgkosw]$/;

/** True if the coordinates of a JWK (RFC 7518, 6.2.1) are a point of the curve. */
function isOnP256({ x, y }: { readonly x: string; readonly y: string }): boolean {
  if (!COORDINATE.test(x) || !COORDINATE.test(y)) return false;
  const [a, b] = [numberOf(x), numberOf(y)];
  return a < PRIME && b < PRIME && (b * b - a * (a * a - 3n) - B) % PRIME === 0n;
}

const numberOf = (coordinate: string): bigint =>
  decodeBytes(coordinate).reduce((number, byte) => (number << 8n) + BigInt(byte), 0n);

/** A public key to which a CMS seals. It must be a point of the curve, because no secret can be agreed with any other key. */
export const receiverJwk = v.pipe(
  publicJwk,
  v.check((key) => isOnP256(key), 'expected a point of P-256'),
);
