import { decodeBytes } from './base64url.js';

/**
 * Keeps what a credential signs to show where it is apart from every assertion that could log someone in: its client data would begin
 * with a brace (WebAuthn, 5.8.1.1).
 */
export const PASSKEY_PROOF_DOMAIN = 'cardwright passkey.prove 1\0';

/**
 * What stands in place of the client data when an open device shows that a credential is on it: the domain in ASCII, then the CMS's
 * challenge. The authenticator signs its authenticator data followed by the SHA-256 hash of this (WebAuthn, 6.3.3).
 *
 * @param challenge base64url
 */
export function passkeyProofMessage(challenge: string): Uint8Array<ArrayBuffer> {
  const domain = new TextEncoder().encode(PASSKEY_PROOF_DOMAIN);
  const bytes = decodeBytes(challenge);
  const message = new Uint8Array(domain.length + bytes.length);
  message.set(domain);
  message.set(bytes, domain.length);
  return message;
}
