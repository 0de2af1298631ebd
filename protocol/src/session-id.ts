import { encodeBytes } from './base64url.js';
import type { PublicJwk } from './schema.js';

/**
 * Computes the id of the session whose host has this key: the JWK thumbprint with SHA-256 (RFC 7638), in base64url. Uses WebCrypto alone,
 * because pages, which have no JOSE library, compute the id too.
 *
 * @example
 * const session = await sessionIdOf(client.session.session.key);
 */
export async function sessionIdOf({ kty, crv, x, y }: PublicJwk): Promise<string> {
  // The members that RFC 7638, 3.2, requires of an EC key, in alphabetical order and without white space.
  const canonical = new TextEncoder().encode(JSON.stringify({ crv, kty, x, y }));
  return encodeBytes(new Uint8Array(await globalThis.crypto.subtle.digest('SHA-256', canonical)));
}
