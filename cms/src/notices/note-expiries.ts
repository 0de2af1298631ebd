import { randomUUID } from 'node:crypto';
import { inTransaction } from '../store/in-transaction.js';
import type { Notice } from '../store/rows.js';
import type { ExpiringDevice, Store } from '../store/store.js';
import { marksAt, type Mark } from './schedule.js';

const BATCH = 100;

/** Dependencies of the notices about certificates that end. */
export interface ExpiryServices {
  readonly store: Store;
  readonly now: () => Date;
}

/**
 * Makes a notice for each device of which certificates end soon, or have ended since the last run, at most `most` in all. Two processes that do this
 * at the same time make each notice once: the second waits for the device, and the store then refuses its notice.
 */
export async function noteExpiries(services: ExpiryServices, most: number, signal?: AbortSignal): Promise<void> {
  let left = most;
  for (const mark of marksAt(services.now())) {
    // Each device that was noted is no longer found, and each that is refused has been noted by another process.
    for (let found = BATCH; found === BATCH && left > 0;) {
      const expiring = await services.store.transaction((transaction) =>
        transaction.expiringDevices(mark, Math.min(BATCH, left)),
      );
      for (const device of expiring) {
        if (signal?.aborted === true) return;
        await noteExpiry(services, device, mark);
      }
      found = expiring.length;
      left -= expiring.length;
    }
  }
}

const noteExpiry = (
  services: ExpiryServices,
  { deviceId, expiresAt }: ExpiringDevice,
  { days, passed }: Mark,
): Promise<void> =>
  inTransaction(services, async (records) => {
    const device = await records.openDevice(deviceId);
    if (device?.row.state !== 'active') return;
    const { ownerId } = device.row;
    const { now: createdAt } = records;
    const base = { deviceId, ownerId, kind: 'expires', reason: null, expiresAt, createdAt, attempts: 0 } as const;
    const insert = (about: Pick<Notice, 'days' | 'dueAt' | 'outcome'>): Promise<boolean> =>
      records.transaction.insertNotice({ id: randomUUID(), ...base, ...about });
    if (!(await insert({ days, dueAt: createdAt, outcome: null }))) return;
    // The rows of the earlier notices keep them from being told if the clock is set back.
    for (const earlier of passed) await insert({ days: earlier, dueAt: null, outcome: 'passed' });
  });
