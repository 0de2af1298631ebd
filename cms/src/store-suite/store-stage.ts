import type { Store } from '../store/store.js';

/** A store under test, with what its interface does not offer and the cases need. */
export interface StoreStage {
  /** Empty at first. The cases leave their rows in it, and leave one another's alone: one store is enough for all of them. */
  readonly store: Store;
  /** Adds someone, and returns the id: a UUID. The CMS itself keeps the list of people. */
  newPerson(): Promise<string>;
  /** The whole audit log in the order of writing, each row with the members of `AuditRow` and no others. */
  audit(): Promise<readonly unknown[]>;
  /** All that is kept of the course of operations, in the order of writing, each with the members of `OperationEvent` and no others. */
  events(): Promise<readonly unknown[]>;
  /**
   * Resolves once a transaction waits for another one. A store that runs one transaction after another resolves at once. Without this
   * member the cases give the second of two transactions a fifth of a second to come to its lock.
   *
   * @param signal aborts when the case waits no longer, for example because a lock was missing
   */
  untilOneWaits?(signal: AbortSignal): Promise<void>;
  /** Moves the clock by which `spend` counts on by an hour, or the ends of its hours back. */
  passAnHour(): Promise<void>;
  /** Releases what the stage holds. The cases never call it: the runner does, after the last one. */
  close(): Promise<void>;
}
