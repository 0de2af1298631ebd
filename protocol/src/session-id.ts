import { calculateJwkThumbprint } from 'jose';
import type { PublicJwk } from './schema.js';

/**
 * Id of the session whose host has this key: the key's JWK thumbprint with SHA-256 (RFC 7638), base64url.
 *
 * @example
 * const session = await sessionIdOf(client.session.session.key);
 */
export const sessionIdOf = ({ kty, crv, x, y }: PublicJwk): Promise<string> =>
  calculateJwkThumbprint({ kty, crv, x, y }, 'sha256');
