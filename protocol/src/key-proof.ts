import { decodeBytes } from './base64url.js';

/** Prefix that separates messages signed for `key.prove` from everything else that the same key may sign. */
export const KEY_PROOF_DOMAIN = 'cardwright key.prove 1\0';

/**
 * Makes the message that a card signs in `key.prove`: the domain in ASCII, then the bytes of the CMS's challenge. As for a certification
 * request, the card signs the SHA-256 hash of the message or, with a key on P-384, the SHA-384 hash.
 *
 * @param challenge base64url
 * @example
 * import { verify } from 'node:crypto';
 * const isProved = verify('sha256', keyProofMessage(challenge), publicKey, signature);
 */
export function keyProofMessage(challenge: string): Uint8Array {
  const domain = new TextEncoder().encode(KEY_PROOF_DOMAIN);
  const bytes = decodeBytes(challenge);
  const message = new Uint8Array(domain.length + bytes.length);
  message.set(domain);
  message.set(bytes, domain.length);
  return message;
}
