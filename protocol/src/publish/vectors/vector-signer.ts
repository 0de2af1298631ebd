import { CompactSign, compactVerify, importJWK } from 'jose';
import { decodeBytes, encodeBytes } from '../../base64url.js';
import { SIGNATURE_ALGORITHM } from '../../signed-json.js';
import { publicPartOf, type TestKey } from './test-keys.js';
import { utf8 } from './vector.js';

/**
 * An extension (`crit`) that the JOSE library is told to accept, so that it signs a vector that has the extension. Every receiver must refuse
 * this vector.
 */
const UNDERSTOOD = { 'not-understood': true };

/**
 * Signs the vectors. ES256 makes another signature each time, so a published signature is reused if it is valid for the same header and
 * payload. Thus the published file changes only when a vector does.
 */
export class VectorSigner {
  readonly #known: string[];

  /** @param kept compact JWSs of the published file, which may be reused */
  constructor(kept: readonly string[]) {
    this.#known = [...kept];
  }

  /**
   * Returns a compact JWS of a header and a payload. The algorithm is the header's `alg`. A header without `alg` gets ES256.
   *
   * @param payload a value that becomes JSON, or a text that is signed as it is
   */
  async sign(header: object, payload: object | string, key: TestKey): Promise<string> {
    const signedPart = `${encodeJson(header)}.${encodeJson(payload)}`;
    for (const jws of this.#known) if (jws.startsWith(`${signedPart}.`) && (await isSignedBy(jws, key))) return jws;
    const made = await new CompactSign(bytesOf(payload))
      .setProtectedHeader({ alg: SIGNATURE_ALGORITHM, ...header })
      .sign(await importJWK({ ...key }, SIGNATURE_ALGORITHM), { crit: UNDERSTOOD });
    this.#known.push(made);
    return made;
  }

  /** Signs like an attacker who tries to make a receiver use the public key as the secret of an HMAC. */
  signByHmac(header: object, payload: object, { x }: TestKey): Promise<string> {
    return new CompactSign(bytesOf(payload)).setProtectedHeader({ ...header, alg: 'HS256' }).sign(decodeBytes(x));
  }
}

/** Encodes a part of a compact JWS in base64url: an object as JSON, a text as it is. */
export const encodeJson = (value: object | string): string => encodeBytes(bytesOf(value));

const bytesOf = (value: object | string): Uint8Array => utf8(typeof value === 'string' ? value : JSON.stringify(value));

async function isSignedBy(jws: string, key: TestKey): Promise<boolean> {
  const publicKey = await importJWK({ ...publicPartOf(key) }, SIGNATURE_ALGORITHM);
  return compactVerify(jws, publicKey, { crit: UNDERSTOOD }).then(
    () => true,
    () => false,
  );
}
