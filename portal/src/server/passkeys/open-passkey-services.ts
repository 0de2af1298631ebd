import type { PasskeyService } from '@cardwright/cms/passkeys';
import { isRelyingPartyOf } from '@cardwright/protocol/relying-party';
import { EntraPasskeyService } from './entra/entra-passkey-service.js';
import type { PasskeyServiceSettings } from './settings.js';
import { WebauthnPasskeyService } from './webauthn/webauthn-passkey-service.js';

/** The portal as a relying party, whose passkeys log users in. */
export interface OwnRelyingParty {
  /** Name of the portal's own passkey service. */
  readonly service: string;
  readonly rpId: string;
}

export interface PasskeyServices {
  readonly all: readonly PasskeyService[];
  /** The portal as a relying party; null if no service belongs to the portal itself. */
  readonly own: OwnRelyingParty | null;
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
  const own = settings.find((one) => one.kind === 'webauthn' && !one.relyingParty);
  if (own && configured !== null && !isRelyingPartyOf(rpId, configured))
    throw new Error(`passkeys for ${own.name} need an origin with a domain name, and https unless it is localhost`);
  const all = settings.map((one) => {
    if (one.kind === 'entra') return new EntraPasskeyService(one);
    const { relyingParty } = one;
    return new WebauthnPasskeyService(
      one,
      relyingParty ? { id: relyingParty.id, origin: () => relyingParty.origin } : { id: rpId, origin },
    );
  });
  return { all, own: own ? { service: own.name, rpId } : null };
}
