import { constants, verify, type KeyObject } from 'node:crypto';
import { findWeakness } from '@cardwright/cms/keys';
import { Refusal } from './refusal.js';

/** Encodes a key as DER SubjectPublicKeyInfo. */
export const spkiOf = (key: KeyObject): Uint8Array => new Uint8Array(key.export({ format: 'der', type: 'spki' }));

/**
 * Requires that a client's key is a strong RSA key. SCEP encrypts the answer to this key (RFC 8894, 3.1), and an EC key can only sign.
 *
 * @throws Refusal `badAlg` if the key is weak or not RSA
 */
export function demandStrongKey(key: KeyObject): void {
  if (!isRsa(key)) throw new Refusal('badAlg', 'The key is not RSA.');
  const weakness = findWeakness(key);
  if (weakness !== undefined) throw new Refusal('badAlg', `The key is weak: ${weakness}.`);
}

/** True if a signature is good. A signature by an RSA key must be PKCS #1 v1.5; one by an EC key must be ECDSA in DER. */
export function isSignedBy(key: KeyObject, digest: string, signed: Uint8Array, signature: Uint8Array): boolean {
  try {
    return verify(digest, signed, isRsa(key) ? { key, padding: constants.RSA_PKCS1_PADDING } : key, signature);
  } catch {
    // OpenSSL throws for a key that it cannot use with this digest, for example a tiny one.
    return false;
  }
}

const isRsa = (key: KeyObject): boolean => key.asymmetricKeyType === 'rsa';
