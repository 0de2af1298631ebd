import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { encodeBytes } from '@cardwright/protocol';
import { readPublicKey } from './public-key.js';

/**
 * SHA-256 of a key's DER SubjectPublicKeyInfo, base64url. It identifies the key, however that was encoded.
 *
 * @param publicKey DER SubjectPublicKeyInfo that can be read
 */
export const keyHashOf = (publicKey: Uint8Array): string =>
  encodeBytes(createHash('sha256').update(canonical(publicKey)).digest());

/** An elliptic key has two encodings of its point (SEC 1, 2.3.3); a JWK has only one form of a key. */
function canonical(publicKey: Uint8Array): Uint8Array {
  const key = readPublicKey(publicKey);
  const usual = isCertifiable(key) ? createPublicKey({ key: key.export({ format: 'jwk' }), format: 'jwk' }) : key;
  return usual.export({ type: 'spki', format: 'der' });
}

/** Whether a slot can be ordered to have such a key; others may have no JWK. */
const isCertifiable = ({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean =>
  asymmetricKeyType === 'rsa' || ['prime256v1', 'secp384r1'].includes(asymmetricKeyDetails?.namedCurve ?? '');
