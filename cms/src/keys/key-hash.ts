import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { encodeBytes } from '@cardwright/protocol';
import { readPublicKey } from './public-key.js';

/**
 * SHA-256 of a key's DER SubjectPublicKeyInfo, base64url. It identifies the key, whatever its encoding.
 *
 * @param publicKey DER SubjectPublicKeyInfo that can be read
 */
export const keyHashOf = (publicKey: Uint8Array): string =>
  encodeBytes(createHash('sha256').update(canonical(publicKey)).digest());

/**
 * Normalises the encoding of a key through a JWK, which has a single form. The point of an elliptic key has two encodings (SEC 1,
 * 2.3.3).
 */
function canonical(publicKey: Uint8Array): Uint8Array {
  const key = readPublicKey(publicKey);
  const usual = isCertifiable(key) ? createPublicKey({ key: key.export({ format: 'jwk' }), format: 'jwk' }) : key;
  return usual.export({ type: 'spki', format: 'der' });
}

/** True if a slot can be ordered to have such a key. Other keys may have no JWK. */
const isCertifiable = ({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean =>
  asymmetricKeyType === 'rsa' || ['prime256v1', 'secp384r1'].includes(asymmetricKeyDetails?.namedCurve ?? '');
