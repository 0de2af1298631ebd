import type { DeviceIdentity } from '../attestation/identity.js';
import type { DeviceSlot } from '../authority/certification-authority.js';
import type { KeyRing } from '../keys/key-ring.js';
import type { OperationEvent } from './operation-event.js';
import type { AuditRow, Certificate, Device, Escrow, Operation, Passkey, PolicyProposal, PolicyRow } from './rows.js';

/** The visible features of a card. A page or host may have made them up. */
export interface CardAppearance {
  readonly model: string;
  /** Decimal. */
  readonly serial: string | null;
  /** As a UUID. */
  readonly guid: string | null;
  /** Text by which a running operation on the card is recognised while the operation has no device (`Operation.cardHint`). */
  readonly cardHint: string;
}

/** A store's records of one card. */
export interface KnownCard {
  /**
   * The latest row of the card by its appearance, in any state, whoever owns the row: by model and serial number if the card shows a
   * serial number, else by GUID, whatever the model. The latest row has the latest `createdAt`. Each card is judged by itself, whatever
   * other cards the query names.
   *
   * A serial number counts in the person's own rows. In rows of others it counts only if it is proved:
   *
   * - The row has an identity (`DeviceIdentity.key`) that ends with `:serial:` and this serial number, as `isIdentifiedBySerial` says.
   *   Digits at the end of an identity are no proof: 1123 ends with 123 too.
   * - Or the row has no identity, because it is from before identities existed, and is attested. The row of a security key
   *   (`SECURITY_KEY`) never proves its serial number, because passkeys attest the model alone.
   */
  readonly latest: Device | undefined;
  /** True if a secret of an escrow of `latest` may be on the card: a management key or PUK that is not dropped. */
  readonly hasEscrows: boolean;
  /**
   * The person's running operations on the card, newest first: operations on the device of `latest`, with the card's GUID, or with the card's
   * hint.
   */
  readonly running: readonly Operation[];
  /** The policy of the card's model; undefined if the model has none. */
  readonly policy: PolicyRow | undefined;
}

/** A store's records of the cards that a person asks about, in the order of the query. */
export interface Survey {
  readonly cards: readonly KnownCard[];
  /** Number of the person's devices that count towards the limit (`COUNTING_STATES`). */
  readonly devices: number;
}

/** A device with all related rows that its operations need. */
export interface DeviceFile {
  readonly device: Device;
  /**
   * Escrows whose management key or PUK may be on the card (not dropped), newest first. The order is the one in which the escrows were first
   * written, not that of `createdAt`, because a clock may have been set back. An escrow that is written again keeps its place.
   */
  readonly escrows: readonly Escrow[];
  /** Certificates that are good or on hold, sorted by slot. */
  readonly certificates: readonly Certificate[];
  /** Passkeys that are not due for removal, in the order of their registration (`createdAt`). */
  readonly passkeys: readonly Passkey[];
}

/** A passkey and the device for which it was registered. */
export interface KnownPasskey {
  readonly passkey: Passkey;
  readonly device: Device;
}

/** A passkey that its service must remove. */
export interface PasskeyRemoval {
  readonly passkey: Passkey;
  /** Id of the passkey's owner. */
  readonly ownerId: string;
}

/**
 * Whole rows to write. A device replaces the device with the same id. An operation, escrow, certificate or passkey is new, or replaces the row
 * with the same id. Of several rows with the same id, the last row is written, in the place of the first. Audit rows and events are appended in
 * the order of their lists, whatever their times say.
 */
export interface Changes {
  readonly operations: readonly Operation[];
  readonly devices: readonly Device[];
  readonly escrows: readonly Escrow[];
  readonly certificates: readonly Certificate[];
  readonly passkeys: readonly Passkey[];
  readonly audit: readonly AuditRow[];
  readonly events: readonly OperationEvent[];
}

/**
 * Uses that are counted for a person: operations, answers to witnesses, cards judged, cards of other people judged, one-time codes tried and, as
 * an operator, one-time codes issued.
 */
export type Spending = 'operation' | 'witness' | 'card' | 'others-card' | 'unlock-code' | 'unlock-code-issued';

/** A number of uses, or a list with the subjects of the uses. Each subject counts once an hour. */
export type Uses = number | readonly string[];

/** Number of uses in the current hour. */
export interface Spent {
  readonly spent: number;
  readonly windowEndsAt: Date;
}

/**
 * One transaction. Its locks last until it ends. Everyone locks in this order, so that no deadlock can arise: person, operation, device. A store
 * may lock more than is described here, even so much that only one transaction runs at a time, but never less.
 *
 * - A transaction sees its own changes. Other transactions see these changes once they are kept, and never if they are rolled back.
 * - If a call fails, the transaction is rolled back, even if its work catches the error. Each later call fails with that very error, and so does
 *   the transaction in the end. Only if its work throws another error, the transaction fails with that other error.
 * - After its end, every call fails with an error whose message is `the transaction is over`.
 * - A row that does not exist is no error: the answer is `undefined`, an empty list or false.
 * - "Newest" and "oldest" mean `createdAt`, unless described otherwise. Rows of the same moment come in any order.
 */
export interface Transaction {
  /** Locks a person. Of several requests for one person at once, each sees the changes of the request before. */
  lockPerson(id: string): Promise<void>;
  /** Finds the records of cards. Locks nothing. */
  survey(personId: string, cards: readonly CardAppearance[]): Promise<Survey>;
  /** Opens a person's operation, and locks the person and the operation. If the person has no such operation, nothing is locked. */
  openOperation(personId: string, id: string): Promise<Operation | undefined>;
  /**
   * Lists the operations that run on a device, the newest first. Locks nothing: a caller that ends such an operation must have locked its
   * person, or must open the operation again (`openOperation`).
   */
  runningOn(deviceId: string): Promise<readonly Operation[]>;
  /** Opens a device with all related rows, and locks it. */
  openDevice(id: string): Promise<DeviceFile | undefined>;
  /** Returns the id of a device's owner. Locks nothing. */
  ownerOf(deviceId: string): Promise<string | undefined>;
  /**
   * Finds all rows of an attested device, newest first, whoever owns them. Attested rows from before identities existed match by serial number,
   * except those of security keys (`SECURITY_KEY`), whose serial number nobody signs.
   */
  findByIdentity(identity: Pick<DeviceIdentity, 'key' | 'serial'>): Promise<readonly Device[]>;
  /** Returns the number of a person's devices that count towards the limit (`COUNTING_STATES`). */
  countDevices(personId: string): Promise<number>;
  /**
   * Adds a device at once. Returns false if another device in use has the same identity or GUID, or if any device has the same id. Devices that
   * are not in use (`isInUse`), being available or terminated, do not count. After the result false, the transaction can continue. Of two
   * requests that issue the same card at once, the second gets false.
   */
  insertDevice(device: Device): Promise<boolean>;
  /**
   * Returns the key hashes for which a certificate was ever issued on another device, even if that certificate is revoked now. The hashes are in
   * the order of the query, and a hash that the query repeats is repeated.
   */
  certifiedElsewhere(keyHashes: readonly string[], deviceId: string): Promise<readonly string[]>;
  /** Finds the newest certificate of a device's slot, in any standing. Locks nothing. */
  latestCertificate(deviceId: string, slot: DeviceSlot): Promise<Certificate | undefined>;
  /** True if a passkey was ever registered on a device, even if it was removed since. Locks nothing. */
  hadPasskeys(deviceId: string): Promise<boolean>;
  /** Finds the passkey with a credential id (base64url) at a service, unless it was removed there. Locks nothing. */
  findPasskey(service: string, credentialId: string): Promise<KnownPasskey | undefined>;
  /** Lists the passkeys at a service that are on a person's devices and not due for removal, the oldest first. Locks nothing. */
  listPasskeys(personId: string, service: string): Promise<readonly Passkey[]>;
  /**
   * Lists passkeys that are due for removal at one of these services, the longest due first. A passkey is due if `removalDueAt` is set and
   * `removedAt` is not; the time is not compared with a clock. Locks nothing.
   *
   * @param offset number of passkeys to leave out before the first
   */
  duePasskeyRemovals(services: readonly string[], limit: number, offset?: number): Promise<readonly PasskeyRemoval[]>;
  findPolicy(model: string): Promise<PolicyRow | undefined>;
  /** Finds the policy of a model and locks it, so that of two changes at once the second sees the first. */
  lockPolicy(model: string): Promise<PolicyRow | undefined>;
  /** Lists every policy, sorted by model in ASCII order. */
  listPolicies(): Promise<readonly PolicyRow[]>;
  /**
   * Writes a policy. With `replace`, it replaces the model's policy if there is one. With `add`, it is written only if the model has no policy.
   * Proposals stay, because the CMS removes them itself.
   */
  putPolicy(row: PolicyRow, mode: 'replace' | 'add'): Promise<void>;
  /** Finds a proposal. Locks nothing. */
  findProposal(id: string): Promise<PolicyProposal | undefined>;
  /** Lists every proposal, sorted by model in ASCII order. */
  listProposals(): Promise<readonly PolicyProposal[]>;
  /** Writes a proposal. It replaces the model's former proposal, which can no longer be found. */
  putProposal(row: PolicyProposal): Promise<void>;
  /** Removes a proposal. Returns false if the proposal no longer exists. Of two operators who decide on it at once, the second gets false. */
  removeProposal(id: string): Promise<boolean>;
  /**
   * Counts uses, and returns the count. Zero uses or an empty list add nothing. The hour begins with the first call, even if that call counts
   * nothing. The first call at `windowEndsAt` or later begins another hour. Calls at the same moment are counted one after another.
   *
   * @param uses 1 by default; for one `what` always numbers or always subjects
   */
  spend(personId: string, what: Spending, uses?: Uses): Promise<Spent>;
  /**
   * Writes rows together. All of them are new, or locked by this transaction. A device's row exists already (`insertDevice`), which a store need
   * not check. Only the result counts, not the order: an operation that ends makes room for one that runs.
   *
   * The call fails, and the transaction is rolled back, if the rows would leave one of the following. A store words these errors itself.
   *
   * - an operation, escrow, certificate or passkey of a device that does not exist. Audit rows and events may name any device, and every row may
   *   name any operation;
   * - two running operations on one device, or of one person on one card hint;
   * - two devices in use with the same identity or GUID;
   * - two certificates with the same serial number, on any devices and in any standing;
   * - two passkeys of a service with the same credential id, neither of them removed.
   */
  write(changes: Changes): Promise<void>;
}

/**
 * Storage of a CMS. The suite `@cardwright/cms/store-suite` checks an implementation: a store must lock, refuse and roll back as described here,
 * whatever it is built on. docs/store.md shows how to plug one in.
 *
 * Never call `transaction` or `spend` inside a transaction's work: the transaction would wait for its own end.
 */
export interface Store {
  /** The CMS's own keys. They are never stored in the same place as the secrets that they protect. */
  readonly keys: KeyRing;
  /**
   * Runs work in one transaction, and returns its result once the changes are kept. If the work throws, the transaction is rolled back and
   * fails with the very error that was thrown.
   */
  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  /**
   * Counts uses as `Transaction.spend` does, but in a transaction of its own. When another transaction fails, even one that is under way, the
   * uses stay counted.
   */
  spend(personId: string, what: Spending, uses?: Uses): Promise<Spent>;
}
