import { CompactSign, type CryptoKey } from 'jose';
import * as v from 'valibot';
import { decodeBytes } from './base64url.js';
import { readJson } from './json-text.js';
import type { PublicJwk, PublicJwkSet } from './schema.js';

/**
 * JSON that the CMS signs, as a compact JWS (RFC 7515) with ES256. The header `typ` names the kind of the message, so that a message signed for
 * one purpose is not accepted for another.
 */

/** ECDSA on P-256 with SHA-256 (RFC 7518, 3.4). */
export const SIGNATURE_ALGORITHM = 'ES256';
const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** Compact serialisation (RFC 7515, 3.1): header, payload and signature. */
const COMPACT = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/;

/** The members of a protected header that decide how a JWS is read. */
const jwsHeader = v.object({
  alg: v.literal(SIGNATURE_ALGORITHM),
  typ: v.string(),
  kid: v.exactOptional(v.string()),
  crit: v.exactOptional(v.unknown()),
});

/** Signs a value, as JSON, with the CMS's key, and returns the compact JWS. */
export const signJson = (typ: string, value: object, key: CryptoKey, kid: string): Promise<string> =>
  new CompactSign(new TextEncoder().encode(JSON.stringify(value)))
    .setProtectedHeader({ alg: SIGNATURE_ALGORITHM, typ, kid })
    .sign(key);

/**
 * Returns the payload of a JWS that one of the CMS's signing keys signed under `typ`. Refuses every algorithm besides ES256, and extensions (`crit`).
 * Uses WebCrypto alone, so that the extension's background needs no JOSE library.
 *
 * @throws Error of any kind if the text is no such JWS, or if `set` does not have exactly one key for signatures that fits the header (`signingKey`)
 */
export async function readSigned(typ: string, jws: string, set: PublicJwkSet): Promise<Uint8Array> {
  const [, header = '', payload = '', signature = ''] = COMPACT.exec(jws) ?? [];
  const { kid, crit, ...named } = v.parse(jwsHeader, parseJson(decodeBytes(header)));
  if (crit !== undefined) throw new Error('a JWS with extensions');
  if (named.typ !== typ) throw new Error('a JWS of another type');
  const { kty, crv, x, y } = signingKey(set, kid);
  const key = await crypto.subtle.importKey('jwk', { kty, crv, x, y }, ECDSA, false, ['verify']);
  const signed = new TextEncoder().encode(`${header}.${payload}`);
  const isRight = await crypto.subtle.verify(ECDSA, key, new Uint8Array(decodeBytes(signature)), signed);
  if (!isRight) throw new Error('a wrong signature');
  return decodeBytes(payload);
}

/**
 * Returns the key for signatures with the `kid` of a header. If the header has no `kid`, the set must have only one key for signatures.
 *
 * @throws Error if there is no such key, or more than one
 */
function signingKey({ keys }: PublicJwkSet, kid: string | undefined): PublicJwk {
  const [key, ...others] = keys.filter(
    ({ use, alg = SIGNATURE_ALGORITHM, ...one }) =>
      use === 'sig' && alg === SIGNATURE_ALGORITHM && (kid === undefined || one.kid === kid),
  );
  if (key === undefined || others.length > 0) throw new Error('no key, or more than one, for the signature');
  return key;
}

/**
 * Reads JSON from UTF-8 without a byte order mark.
 *
 * @throws Error if the bytes are not UTF-8, or not JSON that `readJson` accepts
 */
export const parseJson = (utf8: Uint8Array): unknown =>
  readJson(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(utf8));
