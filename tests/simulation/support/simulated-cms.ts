import type {
  CommandOutcome,
  DeviceInfo,
  Eligibility,
  EscrowContent,
  OperationAnswer,
  PublicJwkSet,
  StartRequest,
} from '@cardwright/protocol';

/** What the CMS says of one certificate. */
export interface IssuedCertificate {
  readonly slot: string;
  /** DER. */
  readonly der: Buffer;
  /** Why the CRL names it; null where it does not. */
  readonly revocation: string | null;
}

/** What the CMS says of one device. */
export interface IssuedDevice {
  readonly id: string;
  readonly state: string;
  /** What its owner, or an operator, can do about it now. */
  readonly actions: readonly DeviceAction[];
  /** The newest of each slot, where its key was not replaced. */
  readonly certificates: readonly IssuedCertificate[];
  /** Whether its card is known to have its initial PIN, which an operator can show to its owner. */
  readonly hasInitialPin: boolean;
}

/** `continue` and `start-again` are its owner's, the others an operator's. */
export type DeviceAction = 'continue' | 'start-again' | 'approve' | 'activate' | 'approve-puk';

/** An escrow that the CMS can open, without what it has dropped of it. */
export interface KeptSecrets extends Pick<EscrowContent, 'managementKey' | 'pin'> {
  readonly puk: string | null;
}

/** As the configuration of the model has them. */
export interface FactorySecrets {
  readonly pin: string;
  readonly puk: string;
  /** Hexadecimal. */
  readonly managementKey: string;
}

/**
 * How the next transaction of the store ends: it is undone and throws; it is kept and its answer is lost; or, which no CMS
 * survives, it is undone although it was answered.
 */
export type BrokenTransaction = 'undone' | 'answer-lost' | 'forgotten';

/** Thrown where the CMS's answer does not reach the page, although the CMS did what it was asked. */
export class AnswerLost extends Error {
  override readonly name = 'AnswerLost';
}

/**
 * A CMS in this process, with one user and whatever store: all that the simulation asks of it. What a page asks goes
 * through `PageOfCms`; the rest is for the assertions, and for faults.
 */
export interface SimulatedCms {
  readonly origin: string;
  /** What the site publishes. */
  readonly keys: PublicJwkSet;
  /** Of the certification authority, in PEM. */
  readonly authorityCertificate: string;

  eligibility(kind: StartRequest['kind'], devices: readonly DeviceInfo[]): Promise<readonly Eligibility[]>;
  start(request: StartRequest): Promise<OperationAnswer>;
  continue(id: string, step: number, outcomes: readonly CommandOutcome[]): Promise<OperationAnswer>;
  cancel(id: string, session?: string): Promise<OperationAnswer>;

  /** Every device, the latest first. */
  devices(): Promise<readonly IssuedDevice[]>;
  /** Does what is not a session with the card. */
  act(device: string, action: Exclude<DeviceAction, 'continue'>): Promise<void>;
  /** An operator terminates a device, and releases its card. From now on that is a used one that belongs to nobody. */
  release(device: string): Promise<void>;
  /** What the CMS keeps for cards and has not dropped; that of one device alone where it is named. */
  escrows(device?: string): Promise<readonly KeptSecrets[]>;
  factory(model: string): Promise<FactorySecrets>;
  /** Names of the events since the store was empty, the oldest first. */
  audit(): Promise<readonly string[]>;

  /** Starts it again over the same store and keys: nothing that it had in memory is left. */
  restart(): Promise<void>;
  breakNextTransaction(how: BrokenTransaction): void;
  /** Keeps what is in the store now; the function that it returns brings that back, and takes back what was to break. */
  save(): () => Promise<void>;
  /** Empties the store of devices and operations, and takes back what was to break. */
  clear(): Promise<void>;
  close(): Promise<void>;
}
