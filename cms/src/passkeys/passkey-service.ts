import type { CreationOptions, RegistrationResponse } from '@cardwright/protocol';
import type { Passkey, Person } from '../store/rows.js';
import type { Words } from '../words/language.js';

/** What is known of the authenticator before it is asked for anything; `null` where the host cannot reach it. */
export interface ExpectedAuthenticator {
  /** As a UUID. */
  readonly aaguid: string;
}

/** A registration that a service has begun. */
export interface BegunRegistration {
  /** Without members that WebAuthn Level 3 does not have. Bytes are base64url without padding. */
  readonly options: CreationOptions;
  /** From then on the service takes no answer. */
  readonly expires: Date;
}

/** A passkey as a service has accepted it. */
export interface AcceptedPasskey {
  /** What the service calls it; `remove` gets it back. */
  readonly serviceId: string;
  /** As the user reads it there. */
  readonly name: string;
  /** Whether the service, or this CMS, traced the attestation to a trusted manufacturer. */
  readonly attested: boolean;
}

/**
 * A service at which the passkeys of issued devices are registered: Entra ID, this CMS's own login, or another relying party.
 *
 * Every method can throw errors whose `code` is `PASSKEY_SERVICE_UNAVAILABLE` (with `service`): nothing was changed, and the same call can
 * be made again later; or `PASSKEY_SERVICE_REFUSED`: the service does not serve this CMS or this person.
 */
export interface PasskeyService {
  /** As device policies name it: lower case letters, digits and hyphens. */
  readonly name: string;
  /** As people read it, for example "Microsoft Entra ID". */
  readonly title: Words;
  readonly rpId: string;
  /** Of the client data, for example `https://login.microsoft.com`. A function where it is known only later. */
  readonly origin: string | (() => string);
  /**
   * What forbids this person a passkey on such an authenticator, before the device is touched; null where nothing is known to. It is
   * asked often, so it answers from a short memory where it can.
   */
  findObstacle(person: Person, authenticator: ExpectedAuthenticator | null): Promise<'model' | 'attestation' | null>;
  /**
   * Begins a registration. It leaves nothing behind at the service if it is never finished.
   *
   * @param registered the person's passkeys at this service, as the CMS keeps them; a service with a list of its own ignores them. It
   *   cannot ask the store: a transaction is open
   */
  begin(person: Person, registered: readonly Passkey[]): Promise<BegunRegistration>;
  /**
   * Registers the passkey. The same answer again gets the same result, so that a lost answer registers nothing twice.
   *
   * Throws an error whose `code` is `PASSKEY_EXPIRED`, or `PASSKEY_REFUSED` with its reason.
   *
   * @param name how the user knows the device; a service may shorten it
   */
  finish(
    person: Person,
    begun: BegunRegistration,
    registration: RegistrationResponse,
    name: string,
  ): Promise<AcceptedPasskey>;
  /** Removes a passkey; one that is not there any more is no error. */
  remove(person: Person, serviceId: string): Promise<void>;
}
