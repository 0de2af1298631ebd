import type { CreationOptions, RegistrationResponse } from '@cardwright/protocol/passkeys';
import type { Passkey, Person } from '../store/rows.js';
import type { Words } from '../words/language.js';

/** Facts about an authenticator that are known before it is used. */
export interface ExpectedAuthenticator {
  /** Id of the authenticator's model, as a UUID. */
  readonly aaguid: string;
}

/** A registration that a service has begun. */
export interface BegunRegistration {
  /** Options of the registration. They have only the members that WebAuthn Level 3 defines. Bytes are base64url without padding. */
  readonly options: CreationOptions;
  /** Time after which the service accepts no answer. */
  readonly expires: Date;
}

/** A passkey as a service has accepted it. */
export interface AcceptedPasskey {
  /** The service's own id of the passkey, which is passed to `remove`. */
  readonly serviceId: string;
  /** Name that the user reads at the service. */
  readonly name: string;
  /** True if the service, or this CMS, traced the attestation to a trusted manufacturer. */
  readonly attested: boolean;
}

/**
 * The cause that forbids a passkey: the authenticator's model or attestation; the person, to whom the service allows no passkeys; or the
 * service itself, which accepts no passkeys at all.
 */
export type PasskeyObstacle = 'model' | 'attestation' | 'person' | 'service';

/**
 * A service at which the passkeys of issued devices are registered: Entra ID, this CMS's own login, or another relying party.
 *
 * Every method can throw an error with one of these values as its `code`:
 *
 * - `PASSKEY_SERVICE_UNAVAILABLE`: nothing was changed, and the same call can be repeated later.
 * - `PASSKEY_SERVICE_REFUSED`: the service does not serve this CMS or this person. The error may name an HTTP status as a number (`status`).
 */
export interface PasskeyService {
  /** Name in device policies: lower case letters, digits and hyphens. */
  readonly name: string;
  /** Name for users, for example "Microsoft Entra ID". */
  readonly title: Words;
  readonly rpId: string;
  /**
   * Origin in the client data, for example `https://login.microsoft.com`. May be a function, if the origin is not known yet when the service is made.
   */
  readonly origin: string | (() => string);
  /**
   * Returns the reason that this person cannot have a passkey on an authenticator; null if no reason is known. The CMS asks before it uses the
   * device, with null for the authenticator if the host cannot reach it. The CMS asks often, so a service should answer from a short-lived
   * cache if possible.
   */
  findObstacle(person: Person, authenticator: ExpectedAuthenticator | null): Promise<PasskeyObstacle | null>;
  /**
   * Begins a registration. If the registration is never finished, nothing is left behind at the service.
   *
   * @param registered the person's passkeys at this service in the CMS's records; a service with a list of its own ignores these passkeys. The
   * service cannot read the passkeys from the store itself, because a transaction is open
   */
  begin(person: Person, registered: readonly Passkey[]): Promise<BegunRegistration>;
  /**
   * Registers the passkey. If the same `registration` is passed again, the service returns the same result, so that a lost response registers
   * nothing twice.
   *
   * Throws an error whose `code` is `PASSKEY_EXPIRED`, or `PASSKEY_REFUSED` with its reason.
   *
   * @param name the user's name for the device; a service may shorten it
   */
  finish(
    person: Person,
    begun: BegunRegistration,
    registration: RegistrationResponse,
    name: string,
  ): Promise<AcceptedPasskey>;
  /** Removes a passkey. It is no error if the passkey no longer exists. */
  remove(person: Person, serviceId: string): Promise<void>;
}
