import { randomBytes } from 'node:crypto';
import {
  verifyRegistration,
  type AcceptedPasskey,
  type BegunRegistration,
  type ExpectedAuthenticator,
  type PasskeyService,
} from '@cardwright/cms/passkeys';
import type { Passkey, Person } from '@cardwright/cms/store';
import { CardwrightError, decodeBytes } from '@cardwright/protocol';
import type { RegistrationResponse } from '@cardwright/protocol/passkeys';
import type { WebauthnSettings } from '../settings.js';
import { isTrusted } from './attestation-trust.js';
import { KEY_PARAMETERS, userEntityOf } from './creation-members.js';

const CHALLENGE_BYTES = 32;
const SECOND = 1000;
/** AAGUID of an authenticator that does not state its model. */
const NO_MODEL = '00000000-0000-0000-0000-000000000000';

/** A relying party. If it is the portal itself, its origin may be unknown until the portal listens. */
export interface RelyingParty {
  readonly id: string;
  readonly origin: () => string;
}

/**
 * Passkey service of a relying party whose passkeys the portal verifies itself: the portal's own login, or another party that trusts the portal.
 *
 * The service keeps no state. An answer must contain the challenge of the registration, which the card management (`Cms`) stored when the
 * registration began. To remove a passkey, the card management marks the row of the passkey in the database. The portal's login reads this row.
 */
export class WebauthnPasskeyService implements PasskeyService {
  readonly name: string;
  readonly title: PasskeyService['title'];
  readonly rpId: string;
  readonly origin: () => string;

  constructor(
    private readonly settings: WebauthnSettings,
    relyingParty: RelyingParty,
  ) {
    this.name = settings.name;
    this.title = settings.title;
    this.rpId = relyingParty.id;
    this.origin = relyingParty.origin;
  }

  findObstacle(_person: Person, authenticator: ExpectedAuthenticator | null): Promise<'model' | 'attestation' | null> {
    return Promise.resolve(this.#obstacleOf(authenticator?.aaguid ?? null));
  }

  begin(person: Person, registered: readonly Passkey[]): Promise<BegunRegistration> {
    return Promise.resolve({
      options: {
        rp: { id: this.rpId, name: this.title.en },
        user: userEntityOf(person),
        challenge: randomBytes(CHALLENGE_BYTES).toString('base64url'),
        pubKeyCredParams: KEY_PARAMETERS,
        timeout: this.settings.lifetime * SECOND,
        excludeCredentials: registered.map(({ credentialId: id, transports }) => ({
          type: 'public-key' as const,
          id,
          transports: [...transports],
        })),
        authenticatorSelection: {
          authenticatorAttachment: 'cross-platform',
          residentKey: 'required',
          requireResidentKey: true,
          userVerification: 'required',
        },
        hints: ['security-key'],
        attestation: 'direct',
      },
      expires: new Date(Date.now() + this.settings.lifetime * SECOND),
    });
  }

  async finish(
    _person: Person,
    { options, expires }: BegunRegistration,
    registration: RegistrationResponse,
    name: string,
  ): Promise<AcceptedPasskey> {
    const now = new Date();
    if (expires <= now) throw new CardwrightError('PASSKEY_EXPIRED');
    const { aaguid, credentialId } = await verifyRegistration({ options, origin: this.origin() }, registration);
    const attestationObject = new Uint8Array(decodeBytes(registration.response.attestationObject));
    const attested = isTrusted(attestationObject, this.settings, now);
    if (this.#obstacleOf(aaguid) !== null || (!attested && this.settings.unattested === 'refuse'))
      throw new CardwrightError('PASSKEY_REFUSED', { reason: 'attestation' });
    return { serviceId: credentialId, name, attested };
  }

  /** Does nothing: a passkey exists only as a row in the database. */
  remove(): Promise<void> {
    return Promise.resolve();
  }

  #obstacleOf(aaguid: string | null): 'model' | 'attestation' | null {
    if (aaguid === null) return null;
    const { aaguids, unattested } = this.settings;
    if (aaguids.length > 0 && !aaguids.includes(aaguid.toLowerCase())) return 'model';
    return unattested === 'refuse' && aaguid === NO_MODEL ? 'attestation' : null;
  }
}
