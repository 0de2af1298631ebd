import { createPublicKey, type KeyObject } from 'node:crypto';
import { BoundedCache } from './bounded-cache.js';

/** Keys to keep: an issuance reads each of its keys several times. */
const KEPT = 64;
const known = new BoundedCache<KeyObject>(KEPT);

/**
 * Reads a public key.
 *
 * @param spki DER SubjectPublicKeyInfo
 * @throws an error of OpenSSL if it cannot be read
 */
export function readPublicKey(spki: Uint8Array): KeyObject {
  const der = Buffer.from(spki);
  return known.get(der.toString('base64'), () => createPublicKey({ key: der, format: 'der', type: 'spki' }));
}
