import type { WorkKind } from '../rules/work-kinds.js';
import type { DeviceRecord } from '../store/device-record.js';
import { inTransaction } from '../store/in-transaction.js';
import type { WaitingWork } from '../store/rows.js';
import type { Store } from '../store/store.js';

/** Maximum number of works that end in one run of `endExpiredWork`. */
const MOST = 1000;

/**
 * True if work without an outcome still waits at a time: its owner can start it.
 *
 * @example
 * const waiting = record.work.filter((one) => stillWaits(one, new Date()));
 */
export const stillWaits = ({ expiresAt }: Pick<WaitingWork, 'expiresAt'>, now: Date): boolean => expiresAt > now;

/** Returns the work of a kind that waits for a device; undefined if there is none, or if its time is over. */
export const findWork = ({ work }: Pick<DeviceRecord, 'work'>, kind: string, now: Date): WaitingWork | undefined =>
  work.find((one) => one.kind === kind && stillWaits(one, now));

/**
 * Lists the kinds of work that wait for a device at a time.
 *
 * @example
 * const actions = allowedActions(device, operator, kindsOfWork(record.work, new Date()));
 */
export const kindsOfWork = (work: readonly WaitingWork[], now: Date): WorkKind[] =>
  work.filter((one) => stillWaits(one, now)).map(({ kind }) => kind);

/** Ends the work of a device whose time is over. Returns the number of works ended. */
export function endExpired(device: DeviceRecord, now: Date): number {
  const expired = device.work.filter((work) => !stillWaits(work, now));
  for (const work of expired) device.endWork(work, 'expired', 'portal');
  return expired.length;
}

/**
 * Ends work whose time is over, the longest expired first. Two processes may do this at the same time: each work ends once.
 *
 * @param signal ends the run before the next device
 * @returns the number of works ended
 */
export async function endExpiredWork(
  services: { readonly store: Store; readonly now: () => Date },
  signal?: AbortSignal,
): Promise<number> {
  const expired = await services.store.transaction((transaction) => transaction.expiredWork(services.now(), MOST));
  let count = 0;
  for (const deviceId of new Set(expired.map((work) => work.deviceId))) {
    if (signal?.aborted === true) break;
    count += await inTransaction(services, async (records) => {
      const device = await records.openDevice(deviceId);
      return device ? endExpired(device, records.now) : 0;
    });
  }
  return count;
}
