import { CompactSign, compactVerify, createLocalJWKSet, type CryptoKey } from 'jose';
import type { PublicJwkSet } from './schema.js';

/**
 * JSON that the CMS signs, in a compact JWS (RFC 7515), ES256. `typ` names its kind, so that a message signed for one purpose is not
 * accepted for another.
 */

/** ECDSA on P-256 with SHA-256 (RFC 7518, 3.4). */
export const SIGNATURE_ALGORITHM = 'ES256';

/** Signs a value with the CMS's key. */
export const signJson = (typ: string, value: object, key: CryptoKey, kid: string): Promise<string> =>
  new CompactSign(new TextEncoder().encode(JSON.stringify(value)))
    .setProtectedHeader({ alg: SIGNATURE_ALGORITHM, typ, kid })
    .sign(key);

/**
 * Returns the payload of a JWS that one of the CMS's signing keys signed under `typ`.
 *
 * @throws Error of any kind if none did
 */
export async function readSigned(typ: string, jws: string, { keys }: PublicJwkSet): Promise<Uint8Array> {
  const signing = createLocalJWKSet({ keys: keys.filter(({ use }) => use === 'sig') });
  const { payload, protectedHeader } = await compactVerify(jws, signing, { algorithms: [SIGNATURE_ALGORITHM] });
  if (protectedHeader.typ !== typ) throw new Error('a JWS of another type');
  return payload;
}

/** @throws Error if the bytes are not JSON in UTF-8 */
export function parseJson(utf8: Uint8Array): unknown {
  const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(utf8));
  return value;
}
