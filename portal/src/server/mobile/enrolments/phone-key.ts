import { CardKey } from '@cardwright/cms/keys';
import type { FailInfo } from '../scep/registrar.js';

/** Maximum length of a phone's key in bits. Larger keys would slow down the authority's signatures and everyone who verifies them. */
const LARGEST = 4096;

/** For an acceptable key, the key with its algorithm, such as `RSA-2048`. For any other key, the reason why the key is refused. */
export type JudgedKey =
  | { readonly key: CardKey; readonly algorithm: string }
  | { readonly failInfo: FailInfo; readonly reason: string };

/**
 * Checks that a key is an RSA key of an accepted length and without a known weakness.
 *
 * @param publicKey DER SubjectPublicKeyInfo
 * @param keySize minimum number of bits
 */
export function judgeKey(publicKey: Uint8Array, keySize: number): JudgedKey {
  const key = readKey(publicKey);
  if (key?.key.asymmetricKeyType !== 'rsa') return { failInfo: 'badAlg', reason: 'The key is not an RSA key.' };
  const { modulusLength = 0 } = key.key.asymmetricKeyDetails ?? {};
  if (modulusLength < keySize || modulusLength > LARGEST)
    return { failInfo: 'badRequest', reason: `The key has ${modulusLength} bits.` };
  const { weakness } = key;
  if (weakness !== undefined) return { failInfo: 'badRequest', reason: `The key is weak: ${weakness}.` };
  return { key, algorithm: `RSA-${modulusLength}` };
}

function readKey(publicKey: Uint8Array): CardKey | undefined {
  try {
    return CardKey.read(publicKey);
  } catch {
    // Every error of OpenSSL means that the bytes are not a key that can be certified.
    return undefined;
  }
}
