import { createCipheriv, createDecipheriv, randomBytes, timingSafeEqual } from 'node:crypto';
import { CardwrightError } from '@cardwright/protocol';
import type { ManagementKeyAlgorithm } from '@cardwright/protocol/devices';
import type { CardManagementKey } from './card-management-key.js';
import { MANAGEMENT_KEY, type ManagementKey } from './objects.js';

/** Generates a random management key. Sets the parity bits of a 3DES key, because strict cards check them. */
export function makeManagementKey(algorithm: ManagementKeyAlgorithm): ManagementKey {
  const key = Uint8Array.from(randomBytes(MANAGEMENT_KEY[algorithm].keyLength));
  return { algorithm, key: algorithm === '3DES' ? key.map(withOddParity) : key };
}

/**
 * Authenticates mutually with a key that this host knows (SP 800-73-4 Part 2, appendix A.1): the card accepts the key, and proves that it has
 * the same key. Returns the card's answer to the challenge, which proves the key to whoever else has it.
 *
 * @param challenge as long as a block of the algorithm, at least; the card gets its first block
 * @throws CardwrightError `MANAGEMENT_KEY_REFUSED`; `ALGORITHM_NOT_SUPPORTED` if the card's key has another algorithm
 */
export async function authenticateManagementKey(
  card: CardManagementKey,
  { algorithm, key }: ManagementKey,
  challenge: Uint8Array,
): Promise<Uint8Array> {
  const { cipher, blockLength } = MANAGEMENT_KEY[algorithm];
  const decipher = createDecipheriv(cipher, key, null).setAutoPadding(false);
  const witness = await card.getWitness(algorithm);
  const response = Buffer.concat([decipher.update(witness), decipher.final()]);
  const block = challenge.subarray(0, blockLength);
  const encipher = createCipheriv(cipher, key, null).setAutoPadding(false);
  const expected = Buffer.concat([encipher.update(block), encipher.final()]);
  const answer = await card.authenticate(algorithm, response, block);
  const isRight = answer.length === expected.length && timingSafeEqual(answer, expected);
  if (!isRight) throw new CardwrightError('MANAGEMENT_KEY_REFUSED', { next: null });
  return answer;
}

/** Sets the lowest bit of a DES key's byte so that the byte has odd parity (FIPS 46-3). */
function withOddParity(byte: number): number {
  const ones = [1, 2, 3, 4, 5, 6, 7].filter((bit) => (byte >> bit) & 1).length;
  return (byte & 0xfe) | (ones % 2 === 0 ? 1 : 0);
}
