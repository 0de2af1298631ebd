import type { DeviceIdentity } from '../attestation/identity.js';
import type { DeviceSlot } from '../authority/certification-authority.js';
import type { KeyRing } from '../keys/key-ring.js';
import type { OperationEvent } from './operation-event.js';
import type { AuditRow, Certificate, Device, Escrow, Operation, Passkey, PolicyProposal, PolicyRow } from './rows.js';

/** What a card shows of itself. A page or host may have made it up. */
export interface CardAppearance {
  readonly model: string;
  /** Decimal. */
  readonly serial: string | null;
  /** As a UUID. */
  readonly guid: string | null;
  /** How a running operation on it is recognised while it has no row. */
  readonly cardHint: string;
}

/** What a store knows of one card. */
export interface KnownCard {
  /**
   * The latest row of the card by how it appears, whatever its state: by model and serial number where the card shows one, else by
   * GUID. A serial number counts only in rows whose vendor signed it, and in the person's own; of a security key (`SECURITY_KEY`) only
   * in the person's own.
   */
  readonly latest: Device | undefined;
  /** Whether an escrow of that row may be on the card. */
  readonly hasEscrows: boolean;
  /** The person's running operations on the card: of that row, with the card's GUID, or with its hint; newest first. */
  readonly running: readonly Operation[];
  /** The policy of the card's model. */
  readonly policy: PolicyRow | undefined;
}

/** What a store knows of a person's cards, in the order in which they were asked for. */
export interface Survey {
  readonly cards: readonly KnownCard[];
  /** Devices of the person that count towards a limit (`COUNTING_STATES`). */
  readonly devices: number;
}

/** A device with all that its operations look at. */
export interface DeviceFile {
  readonly device: Device;
  /** Those of which the management key or the PUK may be on the card (not dropped), newest first. */
  readonly escrows: readonly Escrow[];
  /** Those that are good or on hold, by slot. */
  readonly certificates: readonly Certificate[];
  /** Those that are not to be removed, in the order in which they were registered. */
  readonly passkeys: readonly Passkey[];
}

/** A passkey with the device that it was registered for. */
export interface KnownPasskey {
  readonly passkey: Passkey;
  readonly device: Device;
}

/** A passkey that its service shall remove. */
export interface PasskeyRemoval {
  readonly passkey: Passkey;
  /** Id of the person whose it is. */
  readonly ownerId: string;
}

/** Whole rows to be written, each new or in place of the one with its id; audit rows and events are appended in their order. */
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
 * What is counted of a person: operations, answers to witnesses, cards that were judged, and others' cards among those; one-time codes
 * that were tried, and as an operator those that were issued.
 */
export type Spending = 'operation' | 'witness' | 'card' | 'others-card' | 'unlock-code' | 'unlock-code-issued';

/** How often: a number; or what for, each of which counts once an hour. */
export type Uses = number | readonly string[];

/** How often someone did something in the hour under way. */
export interface Spent {
  readonly spent: number;
  readonly windowEndsAt: Date;
}

/**
 * One transaction. What it locks stays locked until it ends, and everyone locks in this order: person, operation, device. So nobody
 * waits for someone who waits for them.
 */
export interface Transaction {
  /** Locks a person: of several requests for one person at once, each sees what the one before did. */
  lockPerson(id: string): Promise<void>;
  /** What is known of cards; locks nothing. */
  survey(personId: string, cards: readonly CardAppearance[]): Promise<Survey>;
  /** A person's operation; locks both. Where the person has no such operation, nothing is locked. */
  openOperation(personId: string, id: string): Promise<Operation | undefined>;
  /** The operations that run on a device; its owner is locked already. */
  runningOn(deviceId: string): Promise<readonly Operation[]>;
  /** A device with what belongs to it; locks it. */
  openDevice(id: string): Promise<DeviceFile | undefined>;
  /** Whose a device is; an owner never changes, so nothing is locked. */
  ownerOf(deviceId: string): Promise<string | undefined>;
  /**
   * Every row of a device that its vendor's signature names, newest first, whoever owns it. Rows without an identity, of an older
   * version, are known by their serial number where they are attested; never those of security keys (`SECURITY_KEY`), whose number
   * nobody signs.
   */
  findByIdentity(identity: Pick<DeviceIdentity, 'key' | 'serial'>): Promise<readonly Device[]>;
  /** Devices of a person that count towards a limit. */
  countDevices(personId: string): Promise<number>;
  /**
   * Adds a device at once. False where another one that is in use (neither available nor terminated) has its identity or GUID. Of two
   * requests that issue one card, one learns it here.
   */
  insertDevice(device: Device): Promise<boolean>;
  /** Which of these key hashes a certificate was ever issued for on another device. */
  certifiedElsewhere(keyHashes: readonly string[], deviceId: string): Promise<readonly string[]>;
  /** The newest certificate of a slot of a device, whatever became of it; locks nothing. */
  latestCertificate(deviceId: string, slot: DeviceSlot): Promise<Certificate | undefined>;
  /** Returns true if a passkey was ever registered on a device, even if it was removed since; locks nothing. */
  hadPasskeys(deviceId: string): Promise<boolean>;
  /** The passkey with a credential id (base64url) at a service, unless it was removed there; locks nothing. */
  findPasskey(service: string, credentialId: string): Promise<KnownPasskey | undefined>;
  /** The passkeys of a person's devices at a service that are not to be removed, the oldest first; locks nothing. */
  listPasskeys(personId: string, service: string): Promise<readonly Passkey[]>;
  /** Passkeys that are to be removed at one of these services and are still there, the longest due first; locks nothing. */
  duePasskeyRemovals(services: readonly string[], limit: number, offset?: number): Promise<readonly PasskeyRemoval[]>;
  findPolicy(model: string): Promise<PolicyRow | undefined>;
  /** The policy of a model; locks it, so that of two changes at once the second sees the first. */
  lockPolicy(model: string): Promise<PolicyRow | undefined>;
  /** Every policy, by model. */
  listPolicies(): Promise<readonly PolicyRow[]>;
  /** Writes a policy in place of the model's, or (`add`) only where the model has none. */
  putPolicy(row: PolicyRow, mode: 'replace' | 'add'): Promise<void>;
  /** A proposal; locks nothing. */
  findProposal(id: string): Promise<PolicyProposal | undefined>;
  /** Every proposal, by model. */
  listProposals(): Promise<readonly PolicyProposal[]>;
  /** Writes a proposal in place of the model's. */
  putProposal(row: PolicyProposal): Promise<void>;
  /** Removes a proposal. False where it is gone: of two who take it at once, one learns it here. */
  removeProposal(id: string): Promise<boolean>;
  /**
   * Counts uses, of which none only asks for the count. The hour begins with the first call, and uses at the same moment are counted one
   * by one.
   *
   * @param uses 1 where it is left out; always of the same kind for one thing
   */
  spend(personId: string, what: Spending, uses?: Uses): Promise<Spent>;
  /**
   * Writes rows together, each as it is here (of several with one id the last): only rows that are new, or that this transaction has
   * locked. A device's row is there already (`insertDevice`). Only the result counts, not the order: an operation that ends
   * makes room for one that runs. Two running operations on one device, or of one person on one card hint, two devices in use with
   * one identity or GUID, and two passkeys of one service with one credential id, neither of them removed, are refused with an error,
   * and the transaction is undone.
   */
  write(changes: Changes): Promise<void>;
}

/**
 * Where a CMS keeps everything. `tests/integration/store` judges an implementation: whatever it is built on, it locks, refuses
 * and undoes as said here.
 *
 * Neither `transaction` nor `spend` is called from inside a transaction's work: it would wait for its own end.
 */
export interface Store {
  /** The CMS's own keys. They are never in the same place as what they protect. */
  readonly keys: KeyRing;
  /** Runs work in one transaction, which is undone when the work throws. */
  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  /** As in a transaction, in one of its own, so that failures count too. */
  spend(personId: string, what: Spending, uses?: Uses): Promise<Spent>;
}
