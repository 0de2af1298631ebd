import { constants, privateDecrypt, randomBytes, type KeyObject } from 'node:crypto';

const FILLER_FIRST = 2;
/** Minimum number of bytes before the key: 0, 2, at least 8 bytes of filler, and 0 (RFC 8017, 7.2.1). */
const SHORTEST_FRAME = 11;

/**
 * Decrypts a key of known length that was encrypted with PKCS #1 v1.5.
 *
 * If the padding is wrong, returns a random key, after the same time as for good padding. A client must not learn which ciphertexts have valid
 * padding (Bleichenbacher; RFC 3218, 2.3.2). Node.js 20 refuses this padding in `privateDecrypt` for that reason.
 *
 * @param keyLength length of the key in bytes
 * @throws Error if the ciphertext does not have the length of the modulus, or is too large a number, or if the modulus is too short for the key
 */
export function decryptKey(encryptedKey: Uint8Array, privateKey: KeyObject, keyLength: number): Uint8Array {
  const frame = privateDecrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, encryptedKey);
  const start = frame.length - keyLength;
  if (start < SHORTEST_FRAME) throw new Error('The modulus is too short.');
  const key = randomBytes(keyLength);
  // `wrong` ends up zero only if the frame is valid. No branch and no look-up depends on the frame.
  let wrong = (frame[0] ?? 1) | ((frame[1] ?? 0) ^ FILLER_FIRST) | (frame[start - 1] ?? 1);
  for (const filler of frame.subarray(2, start - 1)) wrong |= isZero(filler);
  const keep = -isZero(wrong);
  return key.map((random, index) => (random & ~keep) | ((frame[start + index] ?? 0) & keep));
}

/** Returns 1 for zero, 0 for 1 to 255. */
const isZero = (byte: number): number => ((byte - 1) >>> 31) & 1;
