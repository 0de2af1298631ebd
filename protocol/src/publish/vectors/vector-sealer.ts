/* oxlint-disable typescript/no-deprecated -- jose intends these methods for test vectors alone, and here they are. */
import { CompactEncrypt, importJWK, type CryptoKey } from 'jose';
import { CONTENT_ENCRYPTION, CONTEXT_HEADER, KEY_AGREEMENT } from '../../sealing.js';
import { publicPartOf, testKeys, type TestKey } from './test-keys.js';
import { utf8 } from './vector.js';

/** Header values of a vector that a correct JWE never has. */
export interface Deviation {
  readonly alg?: string;
  readonly enc?: string;
}

const IV_LENGTH = 12;

/**
 * Seals a vector as `seal` seals a secret, but reproducibly: all vectors have the same ephemeral key, and the initialization vector is
 * derived from the vector's name. Never do that with real secrets.
 */
export async function sealVector(
  name: string,
  plaintext: string,
  to: TestKey,
  context: object | undefined,
  { alg = KEY_AGREEMENT, enc = CONTENT_ENCRYPTION }: Deviation = {},
): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', Uint8Array.from(utf8(name))));
  const encryption = new CompactEncrypt(utf8(plaintext))
    .setProtectedHeader({ alg, enc, ...(context === undefined ? {} : { [CONTEXT_HEADER]: context }) })
    .setInitializationVector(digest.slice(0, IV_LENGTH))
    .setKeyManagementParameters({ epk: await importKey(testKeys.ephemeral) });
  if (alg !== KEY_AGREEMENT) encryption.setContentEncryptionKey(digest);
  return encryption.encrypt(await importKey(publicPartOf(to)));
}

async function importKey(jwk: object): Promise<CryptoKey> {
  const key = await importJWK({ ...jwk, ext: true }, KEY_AGREEMENT);
  if (key instanceof Uint8Array) throw new Error('expected a key on P-256');
  return key;
}
