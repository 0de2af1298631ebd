import { createHash } from 'node:crypto';
import type { KeyAlgorithm } from '@cardwright/protocol/devices';

/** The signature scheme of a PIV key. */
export interface SignatureScheme {
  readonly name: 'RSA-SHA256' | 'ECDSA-SHA256' | 'ECDSA-SHA384';
  /** Computes what the card signs for a message: the hash (ECDSA), or the padded hash, as long as the modulus (RSA). */
  input(message: Uint8Array): Uint8Array;
}

/** The bytes that precede the hash in a DigestInfo for SHA-256 (RFC 8017, 9.2, note 1). */
const SHA256_DIGEST_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex');
const MODULUS_LENGTH = { 'RSA-2048': 256, 'RSA-3072': 384 } as const;

/** Returns the scheme of a key: RSASSA-PKCS1-v1_5 with SHA-256, or ECDSA with the hash of the curve's size (SP 800-78-4, 3.2.1). */
export function signatureScheme(algorithm: KeyAlgorithm): SignatureScheme {
  switch (algorithm) {
    case 'RSA-2048':
    case 'RSA-3072':
      return { name: 'RSA-SHA256', input: (message) => padForRsa(hash('sha256', message), MODULUS_LENGTH[algorithm]) };
    case 'P-256':
      return { name: 'ECDSA-SHA256', input: (message) => hash('sha256', message) };
    case 'P-384':
      return { name: 'ECDSA-SHA384', input: (message) => hash('sha384', message) };
  }
}

const hash = (name: string, message: Uint8Array): Uint8Array => createHash(name).update(message).digest();

/** Pads a hash by EMSA-PKCS1-v1_5 (RFC 8017, 9.2): 00 01 FF..FF 00 DigestInfo. The card itself does not pad. */
function padForRsa(sha256: Uint8Array, length: number): Uint8Array {
  const encoded = Buffer.concat([SHA256_DIGEST_INFO, sha256]);
  const block = Buffer.alloc(length, 0xff);
  block.set([0x00, 0x01]);
  block[length - encoded.length - 1] = 0x00;
  block.set(encoded, length - encoded.length);
  return block;
}
