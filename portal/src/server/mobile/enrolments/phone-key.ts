import { findWeakness, readPublicKey } from '@cardwright/cms';
import type { FailInfo } from '../scep/registrar.js';

/** Bits. The authority's signatures, and everyone who checks them, would take long for more. */
const LARGEST = 4096;

/** A key that a phone may have certified, or why not. */
export type JudgedKey = { readonly algorithm: string } | { readonly failInfo: FailInfo; readonly reason: string };

/**
 * Whether a key is one that the profile orders.
 *
 * @param publicKey DER SubjectPublicKeyInfo
 * @param keySize bits that it needs at least
 */
export function judgeKey(publicKey: Uint8Array, keySize: number): JudgedKey {
  const key = readKey(publicKey);
  if (key?.asymmetricKeyType !== 'rsa') return { failInfo: 'badAlg', reason: 'The key is not an RSA key.' };
  const { modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  if (modulusLength < keySize || modulusLength > LARGEST)
    return { failInfo: 'badRequest', reason: `The key has ${modulusLength} bits.` };
  const weakness = findWeakness(key);
  if (weakness !== undefined) return { failInfo: 'badRequest', reason: `The key is weak: ${weakness}.` };
  return { algorithm: `RSA-${modulusLength}` };
}

function readKey(publicKey: Uint8Array) {
  try {
    return readPublicKey(publicKey);
  } catch {
    // Whatever OpenSSL says of it: it is no key.
    return undefined;
  }
}
