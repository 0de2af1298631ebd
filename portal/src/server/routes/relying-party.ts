import { createHash } from 'node:crypto';
import { CardwrightError } from '@cardwright/protocol';
import type { FastifyRequest } from 'fastify';
import { anyKnownBrowser } from '../accounts/known-browser.js';
import type { PasskeySender } from '../accounts/login-limit.js';
import type { PasskeyLogin } from '../accounts/passkey-login.js';
import type { Proved } from '../accounts/sessions.js';
import type { PortalServices } from '../services.js';

/** The parts that the routes for sign-ins with passkeys share. */

/** The portal as a relying party, whose passkeys sign people in. */
interface SignInParty {
  readonly rpId: string;
  /** Name of the passkey service whose passkeys on issued devices are for the portal; null if there is none. */
  readonly service: string | null;
}

/**
 * Returns the portal as a relying party.
 *
 * @throws CardwrightError `METHOD_NOT_FOUND` if the portal's origin permits no passkeys
 */
export function requireRelyingParty({ passkeys: { rpId, own } }: Pick<PortalServices, 'passkeys'>): SignInParty {
  if (rpId === null) throw new CardwrightError('METHOD_NOT_FOUND');
  return { rpId, service: own?.service ?? null };
}

/** Returns the function that says under which sender the tries of a request are counted. */
export const passkeySenderOf =
  (services: Pick<PortalServices, 'origin'>) =>
  (request: FastifyRequest): PasskeySender => ({
    address: request.ip,
    knownBrowser: anyKnownBrowser(request, services.origin),
  });

/**
 * Returns the key under which the tries of a passkey are counted: the SHA-256 of its credential id in base64url. The id itself may
 * be too long for a key.
 */
export const tryNameOf = (credentialId: string): string =>
  createHash('sha256').update(credentialId).digest('base64url');

/** Returns the proof by a passkey, which is two factors: the authenticator is one, and has verified its user. */
export const provedBy = ({ deviceId, isSecurityKey }: Pick<PasskeyLogin, 'deviceId' | 'isSecurityKey'>): Proved => ({
  by: 'passkey',
  device: deviceId,
  isSecurityKey,
  isTwoFactors: true,
});
