import type { OperationAnswer, OperationPhase, PasskeyWay, SealContext } from '@cardwright/protocol';
import type { AuditEvent } from '../audit-event.js';
import type { DeviceSlot, RevocationReason } from '../authority/certification-authority.js';
import type { DeviceState } from '../devices/device-state.js';
import type { KeptPukTry } from '../keys/puk-choice.js';
import type { DevicePolicy } from '../policies/device-policy.js';

/** What a CMS keeps, row by row. No row holds a secret in the clear. */

/** Someone who has devices, or works on those of others. The CMS itself keeps the list of people. */
export interface Person {
  readonly id: string;
  /** How the audit log names them. */
  readonly username: string;
  readonly displayName: string;
  readonly email: string | null;
  /** User principal name for Windows sign-in. */
  readonly upn: string | null;
  /** Windows security identifier, for the strong mapping of KB5014754. */
  readonly sid: string | null;
}

/** `attested`: the vendor vouches for every key; `not-proved`: only the page and the host say so. */
export type Proof = 'attested' | 'not-proved';

export interface Device {
  /** A UUID. */
  readonly id: string;
  readonly ownerId: string;
  readonly model: string;
  readonly modelName: string;
  /** As its vendor signed it where `identity` names it; else as the host told it, which proves nothing. */
  readonly serial: string | null;
  /** `DeviceIdentity.key`: who the device is by what its vendor signed; null where nothing proved it. */
  readonly identity: string | null;
  /** GUID of the CHUID that the CMS writes, as a UUID. */
  readonly guid: string;
  readonly firmware: string | null;
  readonly state: DeviceState;
  readonly stateBeforeSuspension: DeviceState | null;
  readonly stateReason: string | null;
  readonly proof: Proof;
  /** `own`: this card's alone; `configured`: the model's, because the card cannot change it. */
  readonly managementKey: 'own' | 'configured';
  /** Whether the card can be erased, so that its owner can start again. */
  readonly resettable: boolean;
  /** Whether the card is known to have its initial PIN. */
  readonly hasInitialPin: boolean;
  /** Whether its PIN is that of its FIDO2 application too, as far as it has shown. */
  readonly sharesPin: boolean;
  /** When an operator approved sending the factory PUK in the issuance under way; null again once that is over. */
  readonly pukApprovedAt: Date | null;
  /** User name of that operator. */
  readonly pukApprovedBy: string | null;
  /** The one-time code with which its owner gets a new PIN, sealed for storage; null where there is none that is good. */
  readonly unlockCode: string | null;
  /** When a code was last issued, also where it is over. */
  readonly unlockCodeIssuedAt: Date | null;
  /** User name of the operator who issued it. */
  readonly unlockCodeIssuedBy: string | null;
  /** Wrong codes that are still taken. */
  readonly unlockCodeTries: number;
  /** The operation that it was used for; null while it is unused. */
  readonly unlockCodeOperation: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly issuedAt: Date | null;
  readonly activatedAt: Date | null;
}

export type OperationStatus = 'running' | 'done' | 'cancelled' | 'failed';

/** An answer as it is kept: with only the name of its phase, whose words follow the language of each request. */
export type KeptAnswer = Omit<OperationAnswer, 'phase'> & { readonly phase: OperationPhase['name'] };

export interface Operation {
  readonly id: string;
  /** Of its definition. */
  readonly kind: string;
  readonly userId: string;
  readonly deviceId: string | null;
  /** How its card is recognised while it has no row: `serial:`, `guid:` or `place:`; null once there is one. */
  readonly cardHint: string | null;
  /** The GUID that the card gets, or has, as a UUID. */
  readonly guid: string;
  readonly status: OperationStatus;
  /** Number of the step that is with the host. */
  readonly stepNumber: number;
  /** Id of the host's session to which that step was signed. */
  readonly session: string;
  /** The step that is out and the slices of state that the operation's steps declare; validated when it is read. */
  readonly state: unknown;
  /** Methods of that step's commands, in their order. */
  readonly stepMethods: readonly string[];
  /** The answer to the last results, and their hash: a repeated request gets the same answer. */
  readonly lastAnswer: KeptAnswer | null;
  readonly lastResultsHash: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What is on a card, or may be: sealed by the host to the CMS before the card was changed. */
export interface Escrow {
  /** A UUID. */
  readonly id: string;
  readonly deviceId: string;
  readonly operationId: string;
  /** Compact JWE as the host made it. */
  readonly sealed: string;
  readonly context: SealContext;
  /** SHA-256 over the compact JWE's ASCII, base64url. */
  readonly sha256: string;
  readonly createdAt: Date;
  /** When all of it was on the card. */
  readonly appliedAt: Date | null;
  /** Since when its management key is known not to be on the card; the time of its making where it holds none. */
  readonly managementKeyDroppedAt: Date | null;
  /** Since when its PUK is known not to be on the card. */
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

/** A passkey that was registered at a service during an issuance. It is public: no key is in it. */
export interface Passkey {
  /** A UUID. */
  readonly id: string;
  readonly deviceId: string;
  /** The operation that registered it. */
  readonly operationId: string;
  /** Name of the passkey service, as device policies have it. */
  readonly service: string;
  readonly rpId: string;
  /** Base64url. */
  readonly credentialId: string;
  /** What the service calls it. */
  readonly serviceId: string;
  /** The authenticator's model, as a UUID. */
  readonly aaguid: string;
  /** COSE key (RFC 9052, 7), base64url. */
  readonly publicKey: string;
  /** The authenticator's signature counter when it was last used. */
  readonly signCount: number;
  readonly transports: readonly string[];
  /** As its user reads it at the service. */
  readonly name: string;
  readonly way: PasskeyWay;
  /** Whether it is proved to be on this device, or only said to be. */
  readonly place: 'proved' | 'not-proved';
  /** Whether a trusted manufacturer vouches for its authenticator. */
  readonly attested: boolean;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  /** Since when it is to be removed at the service; null while it is good. */
  readonly removalDueAt: Date | null;
  /** When the service confirmed that it is gone. */
  readonly removedAt: Date | null;
}

export interface PolicyRow {
  readonly model: string;
  /** Validated when it is read: an older version lacks what is optional. */
  readonly policy: DevicePolicy;
  /** The model's factory secrets: compact JWE to the CMS's own sealing key. */
  readonly factorySecrets: string;
  readonly updatedAt: Date;
  readonly updatedBy: string;
}

/** A change of a policy that waits for another operator; at most one for each model. */
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
  /** Facts worth keeping; never a PIN, PUK or key, and nothing sealed. */
  readonly detail: Readonly<Record<string, string | number | boolean | null>>;
  readonly at: Date;
}
