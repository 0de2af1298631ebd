import { createCipheriv, createDecipheriv, randomBytes, timingSafeEqual } from 'node:crypto';
import { CardwrightError, decodeBytes, encodeBytes } from '@cardwright/protocol';
import type { ManagementKeyAlgorithm } from '@cardwright/protocol/devices';

interface BlockCipher {
  readonly cipher: string;
  readonly keyLength: number;
  readonly blockLength: number;
}

/** Ciphers of management keys (SP 800-78-4, table 6-2), used for one block in ECB mode. Lengths are in bytes. */
const CIPHERS: Readonly<Record<ManagementKeyAlgorithm, BlockCipher>> = {
  '3DES': { cipher: 'des-ede3-ecb', keyLength: 24, blockLength: 8 },
  'AES-128': { cipher: 'aes-128-ecb', keyLength: 16, blockLength: 16 },
  'AES-192': { cipher: 'aes-192-ecb', keyLength: 24, blockLength: 16 },
  'AES-256': { cipher: 'aes-256-ecb', keyLength: 32, blockLength: 16 },
};

/**
 * Returns the length of a management key in bytes.
 *
 * @example
 * managementKeyLength('AES-192'); // 24
 */
export const managementKeyLength = (algorithm: ManagementKeyAlgorithm): number => CIPHERS[algorithm].keyLength;

export interface ManagementKey {
  readonly algorithm: ManagementKeyAlgorithm;
  readonly key: Uint8Array;
}

/**
 * Computes the server's half of the mutual authentication (SP 800-73-4 Part 2, 3.2.4): the decrypted witness, which proves that the server
 * has the key, and a random challenge that the card has to encrypt.
 *
 * @param witness the encrypted witness, base64url
 * @throws CardwrightError `INVALID_PARAMS` if the witness is not one block of the key's algorithm
 * @example
 * const key = { algorithm: 'AES-192', key: new Uint8Array(24) } as const;
 * const { response, challenge } = answerWitness(key, witness);
 */
export function answerWitness(key: ManagementKey, witness: string): { response: string; challenge: string } {
  const { cipher, blockLength } = CIPHERS[key.algorithm];
  const block = decodeBytes(witness);
  if (block.length !== blockLength)
    throw new CardwrightError('INVALID_PARAMS', { path: 'witness', problem: `expected ${blockLength} bytes` });
  const decipher = createDecipheriv(cipher, key.key, null).setAutoPadding(false);
  const response = Buffer.concat([decipher.update(block), decipher.final()]);
  return { response: encodeBytes(response), challenge: encodeBytes(randomBytes(blockLength)) };
}

/** Returns the first block of an algorithm: as many bytes as it encrypts at once. */
export const blockOf = (algorithm: ManagementKeyAlgorithm, bytes: Uint8Array): Uint8Array =>
  bytes.subarray(0, CIPHERS[algorithm].blockLength);

/**
 * True if the card encrypted the challenge with this key. Challenge and response are base64url.
 *
 * @example
 * const key = { algorithm: 'AES-192', key: new Uint8Array(24) } as const;
 * const isProved = isProvedBy(key, challenge, cardResponse);
 */
export function isProvedBy(key: ManagementKey, challenge: string, cardResponse: string): boolean {
  const encipher = createCipheriv(CIPHERS[key.algorithm].cipher, key.key, null).setAutoPadding(false);
  const expected = Buffer.concat([encipher.update(decodeBytes(challenge)), encipher.final()]);
  const answer = decodeBytes(cardResponse);
  return answer.length === expected.length && timingSafeEqual(answer, expected);
}
