import { encodeBytes } from './base64url.js';
import type { PublicJwk } from './schema.js';

/**
 * Id of the session whose host has this key: its JWK thumbprint with SHA-256 (RFC 7638), base64url. Pages compute it too, so it is made by
 * WebCrypto alone.
 *
 * @example
 * const session = await sessionIdOf(client.session.session.key);
 */
export async function sessionIdOf({ kty, crv, x, y }: PublicJwk): Promise<string> {
  // The members that RFC 7638, 3.2, requires of an EC key, in the order of their names and without white space.
  const canonical = new TextEncoder().encode(JSON.stringify({ crv, kty, x, y }));
  return encodeBytes(new Uint8Array(await globalThis.crypto.subtle.digest('SHA-256', canonical)));
}
