import { setTimeout as pause } from 'node:timers/promises';
import type { Transaction } from '../store/store.js';
import type { Scene } from './scene.js';

/** Two transactions, of which the second one wants what the first one locks. */
export interface TwoTransactions<T> {
  /** What the first one locks. */
  readonly lock: (transaction: Transaction) => Promise<unknown>;
  /** What the first one does while the second one waits. */
  readonly change: (transaction: Transaction) => Promise<unknown>;
  /** The second one, from its beginning. */
  readonly second: (transaction: Transaction) => Promise<T>;
}

/** Milliseconds in which a second transaction comes to its lock, where nothing else tells. */
export const ENOUGH = 200;

/**
 * Runs both at the same time.
 *
 * @returns what the second one returned
 * @throws Error where the second one ended before the first one did
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
  // Where the lock itself fails, that is what is told.
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

/** A promise, and what resolves it. */
export function newGate(): { readonly opened: Promise<void>; open(): void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}
