import type { Store } from '../store/store.js';

/** A store under test, and what the cases need beside its interface. */
export interface StoreStage {
  /**
   * The store, empty at first. Cases leave their rows in the store, and do not touch the rows of other cases, so one store is enough for all
   * cases.
   */
  readonly store: Store;
  /**
   * Adds a person, and returns the person's id, which may be any text. A store has no method for that, because the CMS itself keeps the list of
   * people.
   */
  newPerson(): Promise<string>;
  /** Reads the whole audit log in the order of writing. Rows have the members of `AuditRow` and no others. */
  audit(): Promise<readonly unknown[]>;
  /** Reads all events of operations in the order of writing. The events have the members of `OperationEvent` and no others. */
  events(): Promise<readonly unknown[]>;
  /**
   * Returns a promise that resolves once a transaction waits for another transaction. With a store that runs one transaction after another, the
   * promise resolves at once. Without this member, cases give the second of two transactions a fifth of a second to reach its lock.
   *
   * @param signal aborts when the case stops waiting, for example because a lock was missing
   */
  untilOneWaits?(signal: AbortSignal): Promise<void>;
  /** Lets an hour pass for `spend`: moves the store's clock forward by an hour, or moves the ends of the counted hours back by an hour. */
  passAnHour(): Promise<void>;
  /** Releases the stage. Cases never call it. The runner does, after the last case. */
  close(): Promise<void>;
}
