import { generateKeyPairSync, type KeyObject, type webcrypto } from 'node:crypto';
import { publicJwk, type PublicJwk } from '@cardwright/protocol/schemas';
import { parse } from 'valibot';

/** The P-256 key pair of one session, which exists only in memory. */
export interface SessionKey {
  readonly publicKey: PublicJwk;
  readonly privateKey: KeyObject;
}

/** Makes a key pair. Uses `node:crypto`, which takes half a millisecond; WebCrypto takes several milliseconds for its first key. */
export function makeSessionKey(): SessionKey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { publicKey: parse(publicJwk, publicKey.export({ format: 'jwk' })), privateKey };
}

/** Imports the private key into WebCrypto for ECDH-ES (RFC 7518, 4.6). The result cannot be exported. */
export async function forKeyAgreement({ privateKey }: SessionKey): Promise<webcrypto.CryptoKey> {
  const pkcs8 = privateKey.export({ format: 'der', type: 'pkcs8' });
  try {
    const algorithm = { name: 'ECDH', namedCurve: 'P-256' };
    return await globalThis.crypto.subtle.importKey('pkcs8', pkcs8, algorithm, false, ['deriveBits']);
  } finally {
    pkcs8.fill(0);
  }
}
