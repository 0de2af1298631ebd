import type { OperationAnswer, OperationPhase } from '@cardwright/protocol/cms';
import type { CreationOptions, PasskeyWay, RegistrationResponse } from '@cardwright/protocol/passkeys';
import type { SealContext } from '@cardwright/protocol/sealing';
import type { AuditEvent } from '../audit-event.js';
import type { DeviceSlot, RevocationReason } from '../authority/certification-authority.js';
import type { KeptPukTry } from '../keys/puk-choice.js';
import type { DevicePolicy } from '../rules/device-policy.js';
import type { NoticeKind } from '../rules/device-notices.js';
import type { DeviceState } from '../rules/device-state.js';
import type { Incident } from '../rules/incident.js';
import type { WorkKind } from '../rules/work-kinds.js';

/**
 * Rows that a CMS stores. No row holds a secret in the clear.
 *
 * A store must keep each `Date` to the millisecond. It may keep every other object or list in a row as one JSON text: such an object or list
 * contains no `Date`, and a member that is undefined may be left out.
 */

/** Someone who has devices, or works on the devices of others. The CMS itself keeps the list of people. */
export interface Person {
  /** Id in the CMS's own list of people: any text. */
  readonly id: string;
  /** Name in the audit log. */
  readonly username: string;
  readonly displayName: string;
  readonly email: string | null;
  /**
   * User principal name: put into certificates for Windows sign-in, and used to find the user in Entra ID. Without it, passkeys of Entra ID are
   * refused.
   */
  readonly upn: string | null;
  /** Windows security identifier, for the strong mapping of KB5014754. */
  readonly sid: string | null;
}

/** `attested`: the vendor vouches for every key. `not-proved`: only the page and the host say that the keys are on the device. */
export type Proof = 'attested' | 'not-proved';

export interface Device {
  /** A UUID. */
  readonly id: string;
  readonly ownerId: string;
  readonly model: string;
  readonly modelName: string;
  /** Name that the owner gave the device, as `Cms.rename` accepts it; null if the owner gave none. It proves nothing about the device. */
  readonly name: string | null;
  /**
   * Decimal serial number. The vendor signed the number if `identity` contains it. A row from before identities existed has no `identity`: the
   * vendor signed its number if the row is attested and its device is no security key. Any other number is only what the host reported, which
   * proves nothing.
   */
  readonly serial: string | null;
  /** The identity that the vendor's signature proved (`DeviceIdentity.key`); null if no identity was proved. */
  readonly identity: string | null;
  /** GUID of the CHUID that the CMS writes, as a UUID. */
  readonly guid: string;
  readonly firmware: string | null;
  readonly state: DeviceState;
  readonly stateBeforeSuspension: DeviceState | null;
  readonly stateReason: string | null;
  readonly proof: Proof;
  /** `own`: this card has a management key of its own. `configured`: the card has the key of its model, and cannot change it. */
  readonly managementKey: 'own' | 'configured';
  /** True if the card can be erased, so that its owner can start again. */
  readonly resettable: boolean;
  /** True if the card is known to have its initial PIN. */
  readonly hasInitialPin: boolean;
  /** True if the FIDO2 application has the same PIN as the PIV application, as far as the CMS knows. */
  readonly sharesPin: boolean;
  /** Rules by which the PIN was made or chosen; null if nobody knows them: in a row of an older version, and for a device without PIV. */
  readonly pinRules: DevicePolicy['pinRules'] | null;
  /**
   * Time at which an operator approved that a PUK is sent to the host: the factory PUK in an issuance, or the card's own PUK for a new PIN. Null
   * if there is no approval, or if the approval has ended.
   */
  readonly pukApprovedAt: Date | null;
  /** User name of the operator who approved the PUK. */
  readonly pukApprovedBy: string | null;
  /** The one-time code with which the owner gets a new PIN, sealed for storage; null if no code is valid. */
  readonly unlockCode: string | null;
  /** Time at which a code was last issued, even if that code is no longer valid. */
  readonly unlockCodeIssuedAt: Date | null;
  /** User name of the operator who issued the code. */
  readonly unlockCodeIssuedBy: string | null;
  /** Wrong tries left before the code becomes invalid. */
  readonly unlockCodeTries: number;
  /** Id of the operation for which the code was used; null while the code is unused. */
  readonly unlockCodeOperation: string | null;
  /** Incident that the owner has reported, until the device is in use again; null if there is none. Stays when the device has ended. */
  readonly incident: Incident | null;
  /** Time at which the owner asked for a replacement of this device; null if the owner did not. */
  readonly replacementAskedAt: Date | null;
  /** Id of the device that ends once this one is active; null if there is none. */
  readonly replaces: string | null;
  /**
   * The key that a renewal makes in slot 95 before it moves it to its slot: `ordered` while the CMS does not know the key, and then SHA-256 of its
   * SubjectPublicKeyInfo, base64url. Null if no such key is on the card. Any other key in 95 belongs to someone else.
   *
   * Also a new key that was ordered in 9D itself, until its certificate is read back: `ordered-in-9D` while the card may have the old one, and then
   * `made-in-9D`.
   */
  readonly stagedKey: string | null;
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
  /** Kind of the operation (`OperationDefinition.kind`). */
  readonly kind: string;
  readonly userId: string;
  readonly deviceId: string | null;
  /**
   * Text by which the card is recognised while the operation has no device: `serial:` with model and serial number, `guid:` with the GUID, or
   * `place:` with the id that the host gives the device. Null once the operation has a device.
   */
  readonly cardHint: string | null;
  /** GUID that the card has or gets, as a UUID. */
  readonly guid: string;
  readonly status: OperationStatus;
  /**
   * Number of the last step that was sent to the host, from 1; 0 before the first step. When another operation takes the card, or the device is
   * released, the number is raised, so that late results are refused.
   */
  readonly stepNumber: number;
  /** Id of the host session that runs the operation. The operation's steps are signed for this session. */
  readonly session: string;
  /** The current step, and the slices of state that the operation's steps declare. JSON; validated when it is read. */
  readonly state: unknown;
  /** Methods of the commands of the last step that was sent, in order. */
  readonly stepMethods: readonly string[];
  /**
   * The last answer. If the host session sends the same results again, it gets this answer again. Null after another operation took the card, or the
   * device was released.
   */
  readonly lastAnswer: KeptAnswer | null;
  /** SHA-256 (base64url) of the results that `lastAnswer` answers. Null if there is no last answer, or if it answers a start or a cancellation. */
  readonly lastResultsHash: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Secrets of a card. The host made them, and sealed them to the CMS before it wrote them to the card. */
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
  /**
   * Time at which the host reported that all secrets of the escrow are on the card, or that the card accepted the escrow's PUK. Null before that
   * report, and again after the host reported that the card has an older PUK or the factory PUK.
   */
  readonly appliedAt: Date | null;
  /**
   * Time since which the management key of the escrow is known not to be on the card; null until then. Equal to `createdAt` if the escrow holds
   * no management key.
   */
  readonly managementKeyDroppedAt: Date | null;
  /** Time since which the PUK of the escrow is known not to be on the card; null until then. */
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
  /** SHA-256 of the key's SubjectPublicKeyInfo, base64url; null only in a row that an older version of Cardwright wrote. */
  readonly keyHash: string | null;
  readonly proof: Proof;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly revocationReason: RevocationReason | null;
  readonly revokedAt: Date | null;
  /**
   * Id of the operation that renews the certificate of this slot, as long as the new certificate was not read back from the card. Until then it is on
   * hold, whatever the state of its device. Null in every other row.
   */
  readonly pendingRenewal: string | null;
  /**
   * Id of the operation that has ordered that the key of this certificate be deleted or overwritten, as long as the CMS does not know whether it is
   * still on the card. Until then the certificate is on hold, whatever the state of its device. Null in every other row that is not revoked.
   */
  readonly doubtedBy: string | null;
  readonly createdAt: Date;
}

/** A registration with which the service may have accepted a passkey, although the CMS does not know its answer. */
export interface UnconfirmedRegistration {
  readonly options: CreationOptions;
  /** Time after which the service accepts no answer (ISO 8601). */
  readonly expires: string;
  readonly registration: RegistrationResponse;
}

/** A passkey that was registered at a service. The row holds no secret: the private key is not in it. */
export interface Passkey {
  /** A UUID. */
  readonly id: string;
  readonly deviceId: string;
  /** Id of the operation that registered the passkey. */
  readonly operationId: string;
  /** Name of the passkey service in device policies. */
  readonly service: string;
  readonly rpId: string;
  /** Base64url. */
  readonly credentialId: string;
  /** The service's own id of the passkey; empty while the passkey is unconfirmed. */
  readonly serviceId: string;
  /** The authenticator's model, as a UUID. */
  readonly aaguid: string;
  /** COSE key (RFC 9052, 7), base64url. */
  readonly publicKey: string;
  /** The authenticator's signature counter at the registration or, since then, at the last login. */
  readonly signCount: number;
  readonly transports: readonly string[];
  /** Name of the passkey that its user reads at the service. */
  readonly name: string;
  readonly way: PasskeyWay;
  /** `proved`: the device has proved that it has the passkey. `not-proved`: page and host only say so. */
  readonly place: 'proved' | 'not-proved';
  /** True if a trusted manufacturer vouches for the authenticator. */
  readonly attested: boolean;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  /**
   * Time since which the passkey is to be removed at the service; null while it may be used. The passkey is due even if the time is in the
   * future, because the time is not compared with a clock.
   */
  readonly removalDueAt: Date | null;
  /** Time at which the passkey was removed at the service; null until then. */
  readonly removedAt: Date | null;
  /**
   * Registration that the service has to be told once more before its answer is known; null for a passkey that it accepted. The row of an unconfirmed passkey is
   * written before the service is told, and due for removal, so that the passkey is not forgotten whatever becomes of its operation.
   */
  readonly unconfirmed: UnconfirmedRegistration | null;
}

/**
 * How a notice ended:
 *
 * - `told`: `onNotice` took it;
 * - `passed`: a later notice about the same expiry was already due, so that this one was never told;
 * - `outdated`: it no longer held, or was too old, before it was told;
 * - `given-up`: `onNotice` failed each time.
 */
export type NoticeOutcome = 'told' | 'passed' | 'outdated' | 'given-up';

/** A notice for the owner of a device. `tellDueNotices` passes it to `onNotice`. */
export interface Notice {
  /** A UUID. */
  readonly id: string;
  readonly deviceId: string;
  /** Owner of the device when the notice was made. */
  readonly ownerId: string;
  readonly kind: NoticeKind;
  /** The operator's words; null if the operator gave none, or if no operator acted. */
  readonly reason: string | null;
  /** Number of days before `expiresAt` at which the notice is due; null for a notice of another kind than `expires`. */
  readonly days: number | null;
  /** Time at which the certificates end; null for a notice of another kind than `expires`. */
  readonly expiresAt: Date | null;
  readonly createdAt: Date;
  /** Number of times that the notice was claimed, to be passed to `onNotice`. */
  readonly attempts: number;
  /** Time from which the notice is to be passed to `onNotice`; null once it has an outcome. */
  readonly dueAt: Date | null;
  readonly outcome: NoticeOutcome | null;
}

/**
 * How work that waited ended:
 *
 * - `done`: an operation of its kind was done;
 * - `taken-back`: the operator who asked took it back;
 * - `expired`: its time was over;
 * - `ended`: its device ended.
 */
export type WorkOutcome = 'done' | 'taken-back' | 'expired' | 'ended';

/** An operation that an operator asked the owner of a device for. It waits until the owner starts it. */
export interface WaitingWork {
  /** A UUID. */
  readonly id: string;
  readonly deviceId: string;
  readonly kind: WorkKind;
  /** Id of the operator who asked. */
  readonly askedById: string;
  /** User name of the operator who asked. */
  readonly askedBy: string;
  /** The operator's words; null if the operator gave none. */
  readonly reason: string | null;
  readonly askedAt: Date;
  /** Time from which the owner is no longer asked. */
  readonly expiresAt: Date;
  /** Id of the last operation that the owner started for it; null before the first. */
  readonly operationId: string | null;
  /** Null while the work waits. */
  readonly outcome: WorkOutcome | null;
  /** Time of the outcome; null while the work waits. */
  readonly endedAt: Date | null;
}

export interface PolicyRow {
  readonly model: string;
  /** The policy. It is validated when it is read, because a policy that an older version of Cardwright wrote may lack optional settings. */
  readonly policy: DevicePolicy;
  /** The model's factory secrets: compact JWE to the CMS's own sealing key. */
  readonly factorySecrets: string;
  readonly updatedAt: Date;
  readonly updatedBy: string;
}

/** A policy change that waits for the decision of another operator. Each model has at most one proposal. */
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
