import type { CertificatePolicies } from '../authority/certificate-policies.js';
import type { CertificationAuthority } from '../authority/certification-authority.js';
import type { PasskeyService } from '../passkeys/passkey-service.js';
import type { Store } from '../store/store.js';
import type { Language } from '../words/language.js';
import type { Person } from '../store/rows.js';

/** What one person may do in an hour. */
export interface Quotas {
  /** Operations that are started or resumed. */
  readonly operationsPerHour: number;
  /** Answers to a witness of a card's management key. */
  readonly witnessesPerHour: number;
  /** Cards that are judged before an operation, each time that they are. */
  readonly cardsPerHour: number;
  /** Different cards of other people that are judged, before an operation or at its start. */
  readonly othersCardsPerHour: number;
  /** One-time codes that are tried at the start of an operation, right or wrong. */
  readonly codeTriesPerHour: number;
  /** One-time codes that an operator issues. */
  readonly unlockCodesPerHour: number;
}

/** What every part of a CMS works with. It has no state of its own; all state is in the store. */
export interface Services {
  readonly store: Store;
  readonly authority: CertificationAuthority;
  /** What certificates state of where their key was made, as dotted OIDs. */
  readonly certificatePolicies: CertificatePolicies;
  /** Where device policies can have passkeys registered; their names differ. */
  readonly passkeyServices: readonly PasskeyService[];
  /** The CMS's own origin, as browsers see it. */
  readonly origin: string;
  /** Devices that a person may have. */
  readonly deviceLimit: number;
  readonly quotas: Quotas;
  /** Milliseconds after which a session is judged again before its results count. */
  readonly operationAge: number;
  /** The time. */
  readonly now: () => Date;
}

/** How someone proved who they are, and when: by the login, or again since. */
export interface PersonProof {
  readonly at: Date;
  /** `password`, `passkey`, or a name for what else the CMS takes. */
  readonly by: 'password' | 'passkey' | (string & Record<never, never>);
  /** Row id of the device whose passkey or key it was; null for what is on no device of the CMS. */
  readonly device: string | null;
}

/** Who works on an operation, from where, and the language in which they read why something was refused. */
export interface Requester {
  readonly person: Person;
  readonly language: Language;
  /** IP address from which the request came; what is none is not kept. */
  readonly address?: string | undefined;
  /** The latest proof of who the person is, in this very session; without one, operations that want a fresh one ask for it. */
  readonly proof?: PersonProof | undefined;
}
