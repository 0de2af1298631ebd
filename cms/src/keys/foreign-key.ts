import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { keyInForm } from './key-form.js';

/**
 * Reads a public key that someone else made. Its bytes are judged first (`keyInForm`), because some keys end the process. What follows the key is
 * not read.
 *
 * @param spki DER SubjectPublicKeyInfo
 * @throws Error if the key is not of a known form, or if OpenSSL does not accept it
 * @example
 * const key = readForeignKey(spki);
 */
export const readForeignKey = (spki: Uint8Array): KeyObject =>
  createPublicKey({ key: Buffer.from(keyInForm(spki)), format: 'der', type: 'spki' });

/**
 * Reads the private key in a file. Its halves are judged before anyone asks for its details, as those of foreign keys are.
 *
 * @param pem PKCS #8, PKCS #1 or SEC 1, not encrypted
 * @throws Error if the text is no such key
 *
 * @example
 * const privateKey = readPrivateKey(pem);
 */
export function readPrivateKey(pem: string): KeyObject {
  const key = createPrivateKey(pem);
  keyInForm(createPublicKey(key).export({ type: 'spki', format: 'der' }));
  // A private number that is longer than its curve allows cannot be written. Such a key ends the process, too.
  key.export({ type: 'pkcs8', format: 'der' });
  return key;
}
