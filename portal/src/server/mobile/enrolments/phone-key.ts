import { readPublicKey } from '@cardwright/cms';
import type { FailInfo } from '../scep/registrar.js';

/** Bits. The authority's signatures, and everyone who checks them, would take long for more. */
const LARGEST = 4096;
const SMALLEST_EXPONENT = 65_537n;

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
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  if (modulusLength < keySize || modulusLength > LARGEST)
    return { failInfo: 'badRequest', reason: `The key has ${modulusLength} bits.` };
  if (publicExponent < SMALLEST_EXPONENT)
    return { failInfo: 'badRequest', reason: 'The exponent of the key is small.' };
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
