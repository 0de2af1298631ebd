import type { OperationAnswer, OperationPhase } from '@cardwright/protocol/cms';
import type { PasskeyWay } from '@cardwright/protocol/passkeys';
import type { SealContext } from '@cardwright/protocol/sealing';
import type { AuditEvent } from '../audit-event.js';
import type { DeviceSlot, RevocationReason } from '../authority/certification-authority.js';
import type { KeptPukTry } from '../keys/puk-choice.js';
import type { DevicePolicy } from '../rules/device-policy.js';
import type { DeviceState } from '../rules/device-state.js';

/**
 * Rows that a CMS stores. No row holds a secret in the clear.
 *
 * A `Date` counts to the millisecond. Every other object or list in a row is JSON, so a store may keep it as one text: it holds no `Date`,
 * and a member that is undefined may be left out.
 */

/** Someone who has devices, or works on those of others. The CMS itself keeps the list of people. */
export interface Person {
  /** Any text, as the CMS's list of people has it. */
  readonly id: string;
  /** Name in the audit log. */
  readonly username: string;
  readonly displayName: string;
  readonly email: string | null;
  /** User principal name for Windows sign-in. */
  readonly upn: string | null;
  /** Windows security identifier, for the strong mapping of KB5014754. */
  readonly sid: string | null;
}

/** `attested`: the vendor vouches for every key. `not-proved`: only page and host claim where the keys are. */
export type Proof = 'attested' | 'not-proved';

export interface Device {
  /** A UUID. */
  readonly id: string;
  readonly ownerId: string;
  readonly model: string;
  readonly modelName: string;
  /** Signed by the vendor if `identity` names it. Otherwise the host reported it, which proves nothing. */
  readonly serial: string | null;
  /** `DeviceIdentity.key`: the device's identity by its vendor's signature; null if nothing proved it. */
  readonly identity: string | null;
  /** GUID of the CHUID that the CMS writes, as a UUID. */
  readonly guid: string;
  readonly firmware: string | null;
  readonly state: DeviceState;
  readonly stateBeforeSuspension: DeviceState | null;
  readonly stateReason: string | null;
  readonly proof: Proof;
  /** `own`: this card has a key of its own. `configured`: it has the model's, because it cannot change it. */
  readonly managementKey: 'own' | 'configured';
  /** The card can be erased, so that its owner can start again. */
  readonly resettable: boolean;
  /** The card is known to have its initial PIN. */
  readonly hasInitialPin: boolean;
  /** The FIDO2 application has the same PIN, as far as the device has shown. */
  readonly sharesPin: boolean;
  /** Time at which an operator approved sending the factory PUK in the current issuance; null again once that is over. */
  readonly pukApprovedAt: Date | null;
  /** User name of that operator. */
  readonly pukApprovedBy: string | null;
  /** The one-time code with which the owner gets a new PIN, sealed for storage; null if there is no valid one. */
  readonly unlockCode: string | null;
  /** Time at which a code was last issued, even if that code is over. */
  readonly unlockCodeIssuedAt: Date | null;
  /** User name of the operator who issued the code. */
  readonly unlockCodeIssuedBy: string | null;
  /** Wrong tries left before the code becomes invalid. */
  readonly unlockCodeTries: number;
  /** The operation for which the code was used; null while it is unused. */
  readonly unlockCodeOperation: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly issuedAt: Date | null;
  readonly activatedAt: Date | null;
}

export type OperationStatus = 'running' | 'done' | 'cancelled' | 'failed';

/** An answer as it is stored: with only the name of its phase, since the words depend on the language of each request. */
export type KeptAnswer = Omit<OperationAnswer, 'phase'> & { readonly phase: OperationPhase['name'] };

export interface Operation {
  readonly id: string;
  /** Kind of its definition. */
  readonly kind: string;
  readonly userId: string;
  readonly deviceId: string | null;
  /** Text by which its card is recognised while there is no row: `serial:`, `guid:` or `place:`; null once there is one. */
  readonly cardHint: string | null;
  /** GUID that the card has or gets, as a UUID. */
  readonly guid: string;
  readonly status: OperationStatus;
  /** Number of the step that was sent to the host. */
  readonly stepNumber: number;
  /** Id of the host session for which that step was signed. */
  readonly session: string;
  /** The current step, and the slices of state that the operation's steps declare. JSON; validated when it is read. */
  readonly state: unknown;
  /** Methods of that step's commands, in order. */
  readonly stepMethods: readonly string[];
  /** The answer to the last results, and their hash. A repeated request gets the same answer. */
  readonly lastAnswer: KeptAnswer | null;
  readonly lastResultsHash: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Secrets that are on a card, or may be. The host sealed them to the CMS before the card was changed. */
export interface Escrow {
  /** A UUID. */
  readonly id: string;
  readonly deviceId: string;
  readonly operationId: string;
  /** Compact JWE from the host. */
  readonly sealed: string;
  readonly context: SealContext;
  /** SHA-256 of the ASCII text of `sealed`, in base64url. */
  readonly sha256: string;
  readonly createdAt: Date;
  /** Time at which all its secrets were known to be on the card; null until then. */
  readonly appliedAt: Date | null;
  /** Time since which its management key is known not to be on the card. The time of creation if it holds none. */
  readonly managementKeyDroppedAt: Date | null;
  /** Time since which its PUK is known not to be on the card. */
  readonly pukDroppedAt: Date | null;
  readonly pukTries: readonly KeptPukTry[];
}

export interface Certificate {
  /** A UUID. */
  readonly id: string;
  readonly deviceId: string;
  readonly slot: DeviceSlot;
  /** Hexadecimal. */
  readonly serialNumber: string;
  readonly subject: string;
  readonly algorithm: string;
  /** DER, base64url. */
  readonly der: string;
  /** SHA-256 of the key's SubjectPublicKeyInfo, base64url; null only in rows of older versions. */
  readonly keyHash: string | null;
  readonly proof: Proof;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly revocationReason: RevocationReason | null;
  readonly revokedAt: Date | null;
  readonly createdAt: Date;
}

/** A passkey that was registered at a service during an issuance. All of it is public; it contains no private key. */
export interface Passkey {
  /** A UUID. */
  readonly id: string;
  readonly deviceId: string;
  /** The operation that registered it. */
  readonly operationId: string;
  /** Name of the passkey service in device policies. */
  readonly service: string;
  readonly rpId: string;
  /** Base64url. */
  readonly credentialId: string;
  /** The service's own id of the passkey. */
  readonly serviceId: string;
  /** The authenticator's model, as a UUID. */
  readonly aaguid: string;
  /** COSE key (RFC 9052, 7), base64url. */
  readonly publicKey: string;
  /** The authenticator's signature counter at its last use. */
  readonly signCount: number;
  readonly transports: readonly string[];
  /** Name that its user reads at the service. */
  readonly name: string;
  readonly way: PasskeyWay;
  /** `proved`: shown to be on this device. `not-proved`: only claimed. */
  readonly place: 'proved' | 'not-proved';
  /** A trusted manufacturer vouches for its authenticator. */
  readonly attested: boolean;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  /** Time since which it is to be removed at the service; null while it is good. Even a time to come makes it due. */
  readonly removalDueAt: Date | null;
  /** Time at which the service confirmed the removal. */
  readonly removedAt: Date | null;
}

export interface PolicyRow {
  readonly model: string;
  /** Validated when it is read, since one of an older version may lack optional settings. */
  readonly policy: DevicePolicy;
  /** The model's factory secrets: compact JWE to the CMS's own sealing key. */
  readonly factorySecrets: string;
  readonly updatedAt: Date;
  readonly updatedBy: string;
}

/** A policy change that waits for another operator; at most one for each model. */
export interface PolicyProposal extends Pick<PolicyRow, 'model' | 'policy' | 'factorySecrets'> {
  /** A UUID. */
  readonly id: string;
  /** User name. */
  readonly proposedBy: string;
  readonly proposedAt: Date;
}

export interface AuditRow {
  /** User name, or `portal` for the CMS itself. */
  readonly actor: string;
  readonly event: AuditEvent;
  readonly outcome: 'ok' | 'failed';
  readonly deviceId: string | null;
  readonly operationId: string | null;
  /** Facts of the event; never a PIN, PUK or key, and nothing sealed. */
  readonly detail: Readonly<Record<string, string | number | boolean | null>>;
  readonly at: Date;
}
