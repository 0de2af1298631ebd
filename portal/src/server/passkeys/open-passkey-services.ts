import type { PasskeyService } from '@cardwright/cms/passkeys';
import { isRelyingPartyOf } from '@cardwright/protocol/relying-party';
import { EntraPasskeyService } from './entra/entra-passkey-service.js';
import type { PasskeyServiceSettings } from './settings.js';
import { WebauthnPasskeyService } from './webauthn/webauthn-passkey-service.js';

/** The portal's own passkey service, whose passkeys on issued devices sign users in. */
export interface OwnRelyingParty {
  readonly service: string;
  readonly rpId: string;
}

export interface PasskeyServices {
  readonly all: readonly PasskeyService[];
  /** The service that belongs to the portal itself; null if there is none, so that no device gets a passkey for the portal. */
  readonly own: OwnRelyingParty | null;
  /** RP id of the passkeys with which people sign in. Null if the portal's origin permits no passkeys, because it has no domain name. */
  readonly rpId: string | null;
}

/**
 * Opens the configured services.
 *
 * @param configured the portal's configured origin; null if no origin is configured, so that the portal is on localhost
 * @param origin returns the portal's origin, once the portal listens
 * @throws Error if a service belongs to the portal itself, and passkeys are impossible at the portal's origin, for example at an IP address
 */
export function openPasskeyServices(
  settings: readonly PasskeyServiceSettings[],
  configured: string | null,
  origin: () => string,
): PasskeyServices {
  const rpId = configured === null ? 'localhost' : new URL(configured).hostname;
  const isPossible = permitsPasskeys(configured);
  const own = ownServiceIn(settings);
  if (own !== null && !isPossible)
    throw new Error(`passkeys for ${own} need an origin with a domain name, and https unless it is localhost`);
  const all = settings.map((one) => {
    if (one.kind === 'entra') return new EntraPasskeyService(one);
    const { relyingParty } = one;
    return new WebauthnPasskeyService(
      one,
      relyingParty ? { id: relyingParty.id, origin: () => relyingParty.origin } : { id: rpId, origin },
    );
  });
  return { all, own: own === null ? null : { service: own, rpId }, rpId: isPossible ? rpId : null };
}

/** Returns the name of the service that belongs to the portal itself; null if the settings have none. */
export const ownServiceIn = (settings: readonly PasskeyServiceSettings[]): string | null =>
  settings.find((one) => one.kind === 'webauthn' && !one.relyingParty)?.name ?? null;

/**
 * True if people can have passkeys for a portal at an origin: it has a domain name, and https unless it is localhost.
 *
 * @param configured the portal's configured origin; null if no origin is configured, so that the portal is on localhost
 */
export const permitsPasskeys = (configured: string | null): boolean =>
  configured === null || isRelyingPartyOf(new URL(configured).hostname, configured);
