import { decodeBytes } from './base64url.js';

/**
 * Prefix of the messages that a credential signs to prove that it is on the open device. Such a signature cannot log anyone in: a message with
 * this prefix cannot be client data, which begins with a brace (WebAuthn, 5.8.1.1).
 */
export const PASSKEY_PROOF_DOMAIN = 'cardwright passkey.prove 1\0';

/**
 * Makes the message that replaces the client data when an open device proves that it has a credential: the domain in ASCII, then the bytes of
 * the CMS's challenge. The authenticator signs its authenticator data followed by the SHA-256 hash of this message (WebAuthn, 6.3.3).
 *
 * @param challenge base64url
 * @example
 * const hash = await crypto.subtle.digest('SHA-256', passkeyProofMessage(challenge));
 */
export function passkeyProofMessage(challenge: string): Uint8Array<ArrayBuffer> {
  const domain = new TextEncoder().encode(PASSKEY_PROOF_DOMAIN);
  const bytes = decodeBytes(challenge);
  const message = new Uint8Array(domain.length + bytes.length);
  message.set(domain);
  message.set(bytes, domain.length);
  return message;
}
