import { setTimeout as pause } from 'node:timers/promises';
import type { Transaction } from '../store/store.js';
import type { Scene } from './scene.js';

/** Two transactions. The second one needs a lock that the first one holds. */
export interface TwoTransactions<T> {
  /** Takes the lock in the first transaction. */
  readonly lock: (transaction: Transaction) => Promise<unknown>;
  /** Changes rows in the first transaction while the second one waits. */
  readonly change: (transaction: Transaction) => Promise<unknown>;
  /** Work of the second transaction. */
  readonly second: (transaction: Transaction) => Promise<T>;
}

/** Time in milliseconds that a second transaction gets to reach its lock if the stage cannot tell when a transaction waits (`untilOneWaits`). */
export const ENOUGH = 200;

/**
 * Runs both transactions at the same time.
 *
 * @returns the result of the second transaction
 * @throws Error if the second transaction ends before the first one; the error of the first transaction if it fails; the error of the second
 * transaction if only that one fails
 */
export async function oneAfterTheOther<T>(scene: Scene, { lock, change, second }: TwoTransactions<T>): Promise<T> {
  const { store, stage } = scene;
  const [locked, bothRun] = [newGate(), newGate()];
  const first = store.transaction(async (transaction) => {
    await lock(transaction);
    locked.open();
    await bothRun.opened;
    await change(transaction);
  });
  // An error of the lock itself ends the case.
  await Promise.race([locked.opened, first]);
  const later = store.transaction(second);
  const waiting = new AbortController();
  const { signal } = waiting;
  const waits = stage.untilOneWaits?.(signal) ?? pause(ENOUGH, undefined, { signal }).catch(() => undefined);
  const hasOvertaken = await Promise.race([
    waits.then(() => false),
    later.then(
      () => true,
      () => true,
    ),
  ]);
  waiting.abort();
  bothRun.open();
  const [outcome, result] = await Promise.allSettled([first, later]);
  if (hasOvertaken) throw new Error('the second transaction did not wait for the end of the first one');
  if (outcome.status === 'rejected') throw outcome.reason;
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}

/** Makes a promise that the caller resolves with `open`. */
export function newGate(): { readonly opened: Promise<void>; open(): void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}
