import type { DevicePolicy } from '@cardwright/cms/policies';
import type { Eligibility, OperationAnswer, StartRequest } from '@cardwright/protocol/cms';
import type { DeviceInfo, KeyAlgorithm, Slot } from '@cardwright/protocol/devices';
import type { PublicJwkSet } from '@cardwright/protocol/schemas';
import type { EscrowContent } from '@cardwright/protocol/sealing';
import type { CommandOutcome } from '@cardwright/protocol/steps';
import type { SimulatedRelyingParty } from './relying-party.js';

/** A certificate as the CMS reports it. */
export interface IssuedCertificate {
  readonly slot: string;
  /** DER. */
  readonly der: Buffer;
  /** The reason in the CRL; null if the CRL does not list it. */
  readonly revocation: string | null;
}

/** A device as the CMS reports it. */
export interface IssuedDevice {
  readonly id: string;
  readonly state: string;
  /** The actions that its owner or an operator can take now. */
  readonly actions: readonly DeviceAction[];
  /** The newest certificate of each slot whose key was not replaced. */
  readonly certificates: readonly IssuedCertificate[];
  /** Set when the CMS knows that the card has its initial PIN, which an operator can show to its owner. */
  readonly hasInitialPin: boolean;
}

/** `continue` and `start-again` belong to the owner, all others to operators. */
export type DeviceAction = 'continue' | 'start-again' | 'approve' | 'activate' | 'approve-puk' | 'allow-retry';

/** The secrets of an escrow that the CMS can open and has not dropped. */
export interface KeptSecrets extends Pick<EscrowContent, 'managementKey' | 'pin'> {
  readonly puk: string | null;
}

/** A model's factory secrets, as configured. */
export interface FactorySecrets {
  readonly pin: string;
  readonly puk: string;
  /** Hexadecimal. */
  readonly managementKey: string;
  /** Keys of further kinds of cards. */
  readonly otherManagementKeys?: readonly { readonly managementKey: string }[];
}

/** Slots of policies with another algorithm, or null. A model without a slot does not get it. */
export type SlotChanges = Readonly<Partial<Record<Slot, KeyAlgorithm | null>>>;

/**
 * A fault in the store's next transaction. It is rolled back and throws; or it is committed but its answer is lost; or it is rolled back
 * although it was confirmed, which no CMS survives.
 */
export type BrokenTransaction = 'undone' | 'answer-lost' | 'forgotten';

/** Thrown when the CMS has done its work but its answer does not reach the page. */
export class AnswerLost extends Error {
  override readonly name = 'AnswerLost';
}

/**
 * A CMS in this process with one user and any store. Requests of a page go through `PageOfCms`; the other members are for
 * assertions and faults.
 */
export interface SimulatedCms {
  readonly origin: string;
  /** The public keys that the site publishes. */
  readonly keys: PublicJwkSet;
  /** The certificate of the certification authority, in PEM. */
  readonly authorityCertificate: string;
  /** The relying party at which devices get a passkey; null if the policies want no passkeys. */
  readonly relyingParty: SimulatedRelyingParty | null;

  eligibility(kind: StartRequest['kind'], devices: readonly DeviceInfo[]): Promise<readonly Eligibility[]>;
  start(request: StartRequest): Promise<OperationAnswer>;
  continue(id: string, step: number, outcomes: readonly CommandOutcome[]): Promise<OperationAnswer>;
  cancel(id: string, session?: string): Promise<OperationAnswer>;

  /** Returns every device, the newest first. */
  devices(): Promise<readonly IssuedDevice[]>;
  /** Performs an action that needs no session with the card. */
  act(device: string, action: Exclude<DeviceAction, 'continue'>): Promise<void>;
  /** Terminates a device as an operator and releases its card, which becomes a used card without an owner. */
  release(device: string): Promise<void>;
  /** Returns the kept secrets of all devices, or of one. */
  escrows(device?: string): Promise<readonly KeptSecrets[]>;
  factory(model: string): Promise<FactorySecrets>;
  /** Returns the slots that the policy of a model has now, with their algorithms. */
  slotsOf(model: string): Promise<DevicePolicy['slots']>;
  /** Changes these slots in the policies of all models; null takes a slot away. `clear` brings the former policies back. */
  changeSlots(changes: SlotChanges): Promise<void>;
  /** Returns the credential ids of a device's passkeys that are neither removed nor due for removal. */
  passkeys(device: string): Promise<readonly string[]>;
  /** Returns the id of the first passkey that a device got, in any state; undefined if none has got one. An owner removes this passkey. */
  firstPasskey(): Promise<string | undefined>;
  /** Returns whether the store has a credential id: as a passkey in any state, or among what an operation keeps. */
  knowsPasskey(credentialId: string): Promise<boolean>;
  /** Has the relying party remove the passkeys that are due, as a portal does every few minutes. */
  removeDuePasskeys(): Promise<void>;
  /** Returns the names of the events since the store was empty, the oldest first. */
  audit(): Promise<readonly string[]>;

  /** Restarts the CMS over the same store and keys; everything in memory is lost. */
  restart(): Promise<void>;
  /** @param after the number of transactions that are kept before; transactions that roll themselves back do not count */
  breakNextTransaction(how: BrokenTransaction, after?: number): void;
  /** Keeps all transactions again, if none has come that was to fail. */
  keepTransactions(): void;
  /** Saves the store. The returned function restores it and cancels a planned broken transaction. */
  save(): () => Promise<void>;
  /** Removes devices and operations from the store, and cancels a planned broken transaction. */
  clear(): Promise<void>;
  close(): Promise<void>;
}
