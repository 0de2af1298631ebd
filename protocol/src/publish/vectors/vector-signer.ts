import { CompactSign, compactVerify, importJWK } from 'jose';
import { decodeBytes, encodeBytes } from '../../base64url.js';
import { SIGNATURE_ALGORITHM } from '../../signed-json.js';
import { publicPartOf, type TestKey } from './test-keys.js';
import { utf8 } from './vector.js';

/** The maker of the vectors understands what no receiver does: that one refuses it is what the vector shows. */
const UNDERSTOOD = { 'not-understood': true };

/**
 * Signs the vectors. A signature of ES256 is another one each time, so a kept one is taken as long as it is of the same header and
 * payload, and right: the published file changes only when a vector does.
 */
export class VectorSigner {
  readonly #known: string[];

  /** @param kept compact JWSs of the published file */
  constructor(kept: readonly string[]) {
    this.#known = [...kept];
  }

  /** @param payload JSON, or a text that is none */
  async sign(header: object, payload: object | string, key: TestKey): Promise<string> {
    const signedPart = `${encodeJson(header)}.${encodeJson(payload)}`;
    for (const jws of this.#known) if (jws.startsWith(`${signedPart}.`) && (await isSignedBy(jws, key))) return jws;
    const made = await new CompactSign(bytesOf(payload))
      .setProtectedHeader({ alg: SIGNATURE_ALGORITHM, ...header })
      .sign(await importJWK({ ...key }, SIGNATURE_ALGORITHM), { crit: UNDERSTOOD });
    this.#known.push(made);
    return made;
  }

  /** What an attacker makes who has a receiver take the public key for the secret of an HMAC. */
  signByHmac(header: object, payload: object, { x }: TestKey): Promise<string> {
    return new CompactSign(bytesOf(payload)).setProtectedHeader({ ...header, alg: 'HS256' }).sign(decodeBytes(x));
  }
}

/** A part of a compact JWS. */
export const encodeJson = (value: object | string): string => encodeBytes(bytesOf(value));

const bytesOf = (value: object | string): Uint8Array => utf8(typeof value === 'string' ? value : JSON.stringify(value));

async function isSignedBy(jws: string, key: TestKey): Promise<boolean> {
  const publicKey = await importJWK({ ...publicPartOf(key) }, SIGNATURE_ALGORITHM);
  return compactVerify(jws, publicKey, { crit: UNDERSTOOD }).then(
    () => true,
    () => false,
  );
}
