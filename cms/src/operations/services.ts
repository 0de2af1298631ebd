import type { CertificatePolicies } from '../authority/certificate-policies.js';
import type { CertificationAuthority } from '../authority/certification-authority.js';
import type { PasskeyService } from '../passkeys/passkey-service.js';
import type { Store } from '../store/store.js';
import type { Person } from '../store/rows.js';

/** Limits on one person's uses in an hour. */
export interface Quotas {
  /** Starts and resumptions of operations. Refused attempts count too. */
  readonly operationsPerHour: number;
  /** Answers to witnesses: random blocks that a card encrypted with its management key, and that the CMS decrypts. */
  readonly witnessesPerHour: number;
  /** Cards judged before an operation. Each verdict counts. */
  readonly cardsPerHour: number;
  /** Different cards of other people that are judged, before an operation or at its start. */
  readonly othersCardsPerHour: number;
  /** One-time codes tried at the start of an operation, right or wrong. */
  readonly codeTriesPerHour: number;
  /** One-time codes that an operator issues. */
  readonly unlockCodesPerHour: number;
  /** Names that an owner gives to devices. */
  readonly renamesPerHour: number;
  /** Reports of an owner that are taken back, or changed to one that can be taken back. A first report, and a graver one, is not counted. */
  readonly reportsPerHour: number;
}

/** Dependencies of the parts of a CMS. The parts have no state of their own; all state is in the store. */
export interface Services {
  readonly store: Store;
  readonly authority: CertificationAuthority;
  /** Certificate policies that state how a certificate's key was proved, as dotted OIDs. */
  readonly certificatePolicies: CertificatePolicies;
  /** Services at which passkeys can be registered. Each has a name of its own, which device policies use. */
  readonly passkeyServices: readonly PasskeyService[];
  /** The CMS's own origin, as browsers see it. */
  readonly origin: string;
  /** Maximum number of a person's devices in the states `COUNTING_STATES`. */
  readonly deviceLimit: number;
  readonly quotas: Quotas;
  /**
   * Milliseconds for which the verdict on a session holds. Results that arrive later count only after a new verdict, except the results of a step
   * that waits for the user (`Step.waitsForUser`).
   */
  readonly operationAge: number;
  /** Returns the present time. */
  readonly now: () => Date;
}

/** How and when a person last proved their identity, at the login or since. */
export interface PersonProof {
  readonly at: Date;
  /** `password`, `passkey`, or the CMS's name for another method. */
  readonly by: 'password' | 'passkey' | (string & Record<never, never>);
  /** Row id of the device whose passkey or key was used; null if no device of the CMS was used. */
  readonly device: string | null;
  /**
   * Set if the passkey of a security key was used that the CMS has not registered on a device. Nobody knows which key that is: it may be a device of the
   * CMS, on which its owner has registered another passkey.
   */
  readonly isSecurityKey?: boolean;
}

/** The person who works on an operation, their address, and the language for the refusals that they read. */
export interface Requester {
  readonly person: Person;
  readonly language: string;
  /** IP address of the request, for the timeline. Text that is no IP address is not kept. */
  readonly address?: string | undefined;
  /**
   * The latest proof of the person's identity in this session. Without it, operations that require a fresh proof are refused with
   * `LOGIN_REQUIRED`.
   */
  readonly proof?: PersonProof | undefined;
}
