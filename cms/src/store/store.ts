import type { DeviceIdentity } from '../attestation/identity.js';
import type { DeviceSlot } from '../authority/certification-authority.js';
import type { KeyRing } from '../keys/key-ring.js';
import type { OperationEvent } from './operation-event.js';
import type {
  AuditRow,
  Certificate,
  Device,
  Escrow,
  Notice,
  Operation,
  Passkey,
  PolicyProposal,
  PolicyRow,
  WaitingWork,
} from './rows.js';

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
   * The latest row of the card by `createdAt`, in any state and of any owner; undefined if the card has no row. If the card shows a serial number,
   * the row has the same model and serial number. Otherwise the row has the same GUID, and may have another model. The other cards of the query make
   * no difference.
   *
   * In a row of the person who asks, the serial number always counts. In a row of someone else, it counts only if it is proved:
   *
   * - The row has an identity (`DeviceIdentity.key`) that ends with `:serial:` and this serial number, as `isIdentifiedBySerial` says. Digits at the
   *   end of an identity are no proof: 1123 ends with 123 too.
   * - Or the row is attested and has no identity, because it was written before identities existed. Such a row of a security key (`SECURITY_KEY`)
   *   proves no serial number, because passkeys attest only the model.
   */
  readonly latest: Device | undefined;
  /** True if `latest` has an escrow whose management key or PUK is not dropped, and may therefore be on the card. */
  readonly hasEscrows: boolean;
  /**
   * Certificates of `latest` that are good or on hold, sorted by slot. Those of a renewal that were not read back are left out. Empty if the card
   * has no row.
   */
  readonly certificates: readonly Pick<Certificate, 'slot' | 'algorithm'>[];
  /**
   * The person's running operations on the card, newest first: operations on the device of `latest`, operations with the card's `guid`, and
   * operations with its `cardHint`.
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

/** A device, with its escrows, certificates, passkeys and work that still count. */
export interface DeviceFile {
  readonly device: Device;
  /**
   * Escrows whose management key or PUK is not dropped, and may therefore be on the card. The escrow that was added last comes first. `createdAt`
   * does not decide the order, because a clock may have been set back. Replacing an escrow does not change its position.
   */
  readonly escrows: readonly Escrow[];
  /** Certificates that are good or on hold, sorted by slot. */
  readonly certificates: readonly Certificate[];
  /** Passkeys that are not due for removal, in the order of their registration (`createdAt`). */
  readonly passkeys: readonly Passkey[];
  /** Work that has no outcome, in the order in which it was asked for (`askedAt`), whether it has expired or not. */
  readonly work: readonly WaitingWork[];
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

/** A period in which certificates end, and the notice that their owners have not got yet. */
export interface ExpiryQuery {
  /** Certificates that end at this time or earlier are left out. */
  readonly after: Date;
  /** The last time at which a certificate ends. */
  readonly until: Date;
  /** Number of days before the end at which the notice is due (`Notice.days`). */
  readonly days: number;
}

/** A device whose certificates end. */
export interface ExpiringDevice {
  readonly deviceId: string;
  /** The earliest end of its certificates that the query finds. */
  readonly expiresAt: Date;
}

/**
 * Rows to write, each with all its members. A device replaces the device with the same id. An operation, escrow, certificate, passkey, notice or work is
 * new, or replaces the row with the same id. If a list has several rows with the same id, the last row is written, at the position of the first
 * row. Audit rows and events are appended in the order of their lists, even if their times have another order.
 */
export interface Changes {
  readonly operations: readonly Operation[];
  readonly devices: readonly Device[];
  readonly escrows: readonly Escrow[];
  readonly certificates: readonly Certificate[];
  readonly passkeys: readonly Passkey[];
  readonly notices: readonly Notice[];
  readonly work: readonly WaitingWork[];
  readonly audit: readonly AuditRow[];
  readonly events: readonly OperationEvent[];
}

/**
 * Kinds of uses that are counted for a person: operations started or resumed, answers to witnesses (random blocks that a card encrypted with its
 * management key), cards judged, cards of other people judged, one-time codes tried, devices renamed, reports taken back or
 * changed and, for an operator, one-time codes issued.
 */
export type Spending =
  | 'operation'
  | 'witness'
  | 'card'
  | 'others-card'
  | 'unlock-code'
  | 'unlock-code-issued'
  | 'rename'
  | 'report';

/**
 * A number of uses, or the subjects of the uses, for example the ids of the devices that were judged. A subject that was already counted in the
 * current hour is not counted again.
 */
export type Uses = number | readonly string[];

/** Number of uses in the current hour. */
export interface Spent {
  readonly spent: number;
  readonly windowEndsAt: Date;
}

/**
 * One transaction. Its locks last until it ends. To prevent deadlocks, every transaction takes its locks in this order: person, operation, device,
 * notice. A store may lock more than is described here, even so much that only one transaction runs at a time, but never less.
 *
 * - A transaction sees its own changes. Other transactions see these changes after the transaction has ended and kept the changes. Changes that are
 *   rolled back are never seen by others.
 * - If a call fails, the transaction is rolled back, even if its work catches the error. Each later call fails with the same error. The transaction
 *   fails with this error too or, if its work throws another error, with that other error.
 * - After its end, every call fails with an error whose message is `the transaction is over`.
 * - A call that asks for a row that does not exist is no error: it returns `undefined`, an empty list or false.
 * - The newest row has the latest `createdAt`, and the oldest row the earliest. A method whose rows have another order says so. Rows of the same
 *   moment come in any order.
 */
export interface Transaction {
  /** Locks a person, so that concurrent requests for the person run one after another. Each request sees the changes of the request before it. */
  lockPerson(id: string): Promise<void>;
  /** Finds the records of cards. Locks nothing. */
  survey(personId: string, cards: readonly CardAppearance[]): Promise<Survey>;
  /**
   * Returns a person's operation, and locks the person and the operation. Returns undefined, and locks nothing, if the person has no such operation.
   */
  openOperation(personId: string, id: string): Promise<Operation | undefined>;
  /**
   * Lists the operations that run on a device, the newest first. Locks nothing. Before a caller ends one of these operations, it must have locked the
   * person of the operation, or must open the operation again (`openOperation`).
   */
  runningOn(deviceId: string): Promise<readonly Operation[]>;
  /** Returns a device with the rows that `DeviceFile` lists, and locks the device. Returns undefined if the device does not exist. */
  openDevice(id: string): Promise<DeviceFile | undefined>;
  /** Returns the id of a device's owner. Locks nothing. */
  ownerOf(deviceId: string): Promise<string | undefined>;
  /**
   * Finds all rows of an attested device by its identity, newest first, of any owner. An attested row that was written before identities existed is
   * found by its serial number. The row of a security key (`SECURITY_KEY`) is not found by its serial number, because nobody signs that number.
   */
  findByIdentity(identity: Pick<DeviceIdentity, 'key' | 'serial'>): Promise<readonly Device[]>;
  /** Returns the number of a person's devices that count towards the limit (`COUNTING_STATES`). */
  countDevices(personId: string): Promise<number>;
  /**
   * Lists the person's devices that count towards the limit and either wait for a replacement (`replacementAskedAt`) or replace another device
   * (`replaces`), the oldest first. Locks nothing.
   */
  listReplacements(personId: string): Promise<readonly Device[]>;
  /**
   * Adds a device immediately. Returns false if any device has the same id. Also returns false if the device is in use (`isInUse`: neither available
   * nor terminated), and another device in use has the same identity or GUID. After the result false, the transaction can continue. If two requests
   * issue the same card at the same time, the second gets false.
   */
  insertDevice(device: Device): Promise<boolean>;
  /**
   * Returns the key hashes for which a certificate was ever issued on another device, even if that certificate is revoked now. The hashes are in
   * the order of the query, and a hash that the query repeats is repeated.
   */
  certifiedElsewhere(keyHashes: readonly string[], deviceId: string): Promise<readonly string[]>;
  /** Finds the newest certificate of a device's slot, whether it is good, on hold or revoked. Locks nothing. */
  latestCertificate(deviceId: string, slot: DeviceSlot): Promise<Certificate | undefined>;
  /** True if a passkey was ever registered on a device, even if it was removed since. Locks nothing. */
  hadPasskeys(deviceId: string): Promise<boolean>;
  /** Finds the passkey with a credential id (base64url) at a service. A passkey that was removed there is not found. Locks nothing. */
  findPasskey(service: string, credentialId: string): Promise<KnownPasskey | undefined>;
  /** Lists the passkeys at a service that are on a person's devices and not due for removal, the oldest first. Locks nothing. */
  listPasskeys(personId: string, service: string): Promise<readonly Passkey[]>;
  /**
   * Lists at most `limit` passkeys that are due for removal at one of these services, the longest due first. A passkey is due if `removalDueAt` is
   * set and `removedAt` is not; the time is not compared with a clock. Locks nothing.
   *
   * @param offset number of passkeys to leave out before the first
   */
  duePasskeyRemovals(services: readonly string[], limit: number, offset?: number): Promise<readonly PasskeyRemoval[]>;
  /**
   * Lists at most `limit` active devices of which a good certificate ends in the period of the query, the earliest end first. A certificate counts
   * only in both of these cases. Locks nothing.
   *
   * - It was made (`createdAt`) more than `days` days before its end.
   * - Its device has no notice with the same `days` about an end (`expiresAt`) that is less than a day earlier or later. So the certificates of one
   *   device, which end within moments of each other, count once.
   */
  expiringDevices(query: ExpiryQuery, limit: number): Promise<readonly ExpiringDevice[]>;
  /**
   * Adds a notice of the kind `expires` immediately. Returns false if its device has a notice with the same `days` and `expiresAt`, also if another
   * transaction adds it at the same time. After the result false, the transaction can continue.
   */
  insertNotice(notice: Notice): Promise<boolean>;
  /** Lists at most `limit` notices whose `dueAt` is not later than `now`, the longest due first. Locks nothing. */
  dueNotices(now: Date, limit: number): Promise<readonly Notice[]>;
  /** Returns a notice, and locks it. Returns undefined if the notice does not exist. */
  openNotice(id: string): Promise<Notice | undefined>;
  /** Lists at most `limit` works without an outcome whose `expiresAt` is not later than `now`, the longest expired first. Locks nothing. */
  expiredWork(now: Date, limit: number): Promise<readonly WaitingWork[]>;
  findPolicy(model: string): Promise<PolicyRow | undefined>;
  /** Finds the policy of a model, and locks it, so that of two concurrent changes the second sees the first. */
  lockPolicy(model: string): Promise<PolicyRow | undefined>;
  /** Lists every policy, sorted by model in ASCII order. */
  listPolicies(): Promise<readonly PolicyRow[]>;
  /**
   * Writes a policy. With `replace`, the policy replaces the model's former policy, if there is one. With `add`, the policy is written only if the
   * model has no policy yet. Proposals for the model stay, because the CMS removes them with `removeProposal`.
   */
  putPolicy(row: PolicyRow, mode: 'replace' | 'add'): Promise<void>;
  /** Finds a proposal. Locks nothing. */
  findProposal(id: string): Promise<PolicyProposal | undefined>;
  /** Lists every proposal, sorted by model in ASCII order. */
  listProposals(): Promise<readonly PolicyProposal[]>;
  /** Writes a proposal. It replaces the model's former proposal, which can no longer be found. */
  putProposal(row: PolicyProposal): Promise<void>;
  /**
   * Removes a proposal. Returns false if the proposal no longer exists. If two operators decide on the proposal at the same time, the second gets
   * false.
   */
  removeProposal(id: string): Promise<boolean>;
  /**
   * Counts uses, and returns the count. With zero uses or an empty list, the call only returns the count. The hour begins with the first call, even
   * if that call counts nothing. The first call at `windowEndsAt` or later begins another hour. Calls at the same moment are counted one after
   * another.
   *
   * @param uses 1 if left out; all calls with the same `what` pass a number, or all pass subjects
   */
  spend(personId: string, what: Spending, uses?: Uses): Promise<Spent>;
  /**
   * Writes rows together. Each row is new, or its device, operation or person is locked by this transaction. A device's row exists already
   * (`insertDevice`), which a store need not check. The rules below hold for the result, so the order of the rows does not matter: one call can end
   * an operation and start another operation on the same card.
   *
   * The call fails, and the transaction is rolled back, if the store would then contain one of the following. Each store chooses the texts of these
   * errors.
   *
   * - an operation, escrow, certificate, passkey, notice or work of a device that does not exist. Audit rows and events may name a device that does not
   *   exist, and every row may name an operation that does not exist;
   * - two running operations on one device, or two of one person with the same `cardHint`;
   * - two devices in use with the same identity or GUID;
   * - two certificates with the same serial number, on any devices and in any standing;
   * - two passkeys of a service with the same credential id, neither of them removed;
   * - two notices of one device with the same `days` and `expiresAt`, unless these are null;
   * - two works of one kind without an outcome for one device.
   */
  write(changes: Changes): Promise<void>;
}

/**
 * Storage of a CMS. The suite `@cardwright/cms/store-suite` checks an implementation: a store must lock, refuse and roll back as described here,
 * whichever database it uses. docs/store.md shows how to plug one in.
 *
 * Never call `transaction` or `spend` inside a transaction's work: the transaction would wait for its own end.
 */
export interface Store {
  /** The CMS's own keys. They must not be stored in the same place as the secrets that they protect. */
  readonly keys: KeyRing;
  /**
   * Runs work in one transaction, and returns its result once the changes are kept. If the work throws, the transaction is rolled back and fails with
   * the error that the work threw.
   */
  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  /**
   * Counts uses as `Transaction.spend` does, but in a transaction of its own. The uses stay counted if another transaction fails, even if that
   * transaction is running during the call.
   */
  spend(personId: string, what: Spending, uses?: Uses): Promise<Spent>;
}
