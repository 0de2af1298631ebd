import { randomBytes } from 'node:crypto';
import type { AcceptedPasskey, BegunRegistration, PasskeyService } from '@cardwright/cms/passkeys';
import type { Person } from '@cardwright/cms/store';
import { encodeBytes } from '@cardwright/protocol';
import type { RegistrationResponse } from '@cardwright/protocol/passkeys';

/** Its name in device policies. */
export const RELYING_PARTY = 'simulated';
const FIVE_MINUTES = 5 * 60_000;

/**
 * The relying party at which the devices of a sweep get passkeys. As a service with a list of its own, it keeps what it has accepted whatever
 * becomes of the store of the CMS, and excludes it from further registrations.
 */
export class SimulatedRelyingParty implements PasskeyService {
  readonly name = RELYING_PARTY;
  readonly title = { en: 'Simulated relying party', de: 'Simulierte Relying Party' };
  readonly rpId: string;
  /** The public keys of the registered passkeys, by credential id: SubjectPublicKeyInfo, base64url. */
  #registered: ReadonlyMap<string, string> = new Map();

  constructor(readonly origin: string) {
    this.rpId = new URL(origin).hostname;
  }

  get registered(): ReadonlyMap<string, string> {
    return this.#registered;
  }

  findObstacle(): Promise<null> {
    return Promise.resolve(null);
  }

  begin({ id, username, displayName }: Person): Promise<BegunRegistration> {
    const options = {
      rp: { id: this.rpId, name: this.name },
      user: { id: encodeBytes(Buffer.from(id)), name: username, displayName },
      challenge: encodeBytes(randomBytes(32)),
      pubKeyCredParams: [{ type: 'public-key' as const, alg: -7 }],
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      attestation: 'direct',
      excludeCredentials: [...this.#registered.keys()].map((one) => ({ type: 'public-key' as const, id: one })),
    };
    return Promise.resolve({ options, expires: new Date(Date.now() + FIVE_MINUTES) });
  }

  finish(_person: Person, _begun: BegunRegistration, registration: RegistrationResponse): Promise<AcceptedPasskey> {
    const { id, response } = registration;
    this.#registered = new Map(this.#registered).set(id, response.publicKey ?? '');
    return Promise.resolve({ serviceId: id, name: id.slice(0, 6), attested: true });
  }

  remove(_person: Person, serviceId: string): Promise<void> {
    this.#registered = new Map([...this.#registered].filter(([id]) => id !== serviceId));
    return Promise.resolve();
  }

  /** Saves the list. The returned function restores it. */
  save(): () => void {
    const saved = this.#registered;
    return () => {
      this.#registered = saved;
    };
  }
}
