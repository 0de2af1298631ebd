import { Records } from './records.js';
import type { Store } from './store.js';

/**
 * Runs work in one transaction, writes the changes of the work at the end, and returns its result.
 *
 * @example
 * await inTransaction({ store, now: () => new Date() }, async (records) => {
 *   const device = await records.openDevice(id);
 *   device?.change({ stateReason: null });
 * });
 */
export const inTransaction = <T>(
  { store, now }: { readonly store: Store; readonly now: () => Date },
  work: (records: Records) => Promise<T>,
): Promise<T> =>
  store.transaction(async (transaction) => {
    const records = new Records(transaction, now());
    const result = await work(records);
    await records.write();
    return result;
  });
