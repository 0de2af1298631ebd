import type { MemoryRows } from './memory-rows.js';
import type { Certificate } from './rows.js';
import type { ExpiringDevice, ExpiryQuery } from './store.js';

const DAY = 24 * 60 * 60 * 1000;

/** Finds the devices of `Transaction.expiringDevices`, the earliest end first. */
export function findExpiring(rows: MemoryRows, { after, until, days }: ExpiryQuery): ExpiringDevice[] {
  const { devices, certificates, notices } = rows;
  const counts = ({ deviceId, revocationReason, createdAt, notAfter }: Certificate): boolean =>
    revocationReason === null &&
    notAfter > after &&
    notAfter <= until &&
    createdAt.getTime() < notAfter.getTime() - days * DAY &&
    devices.get(deviceId)?.state === 'active' &&
    !notices
      .where('device', deviceId)
      .some((notice) => notice.days === days && notice.expiresAt !== null && isNear(notice.expiresAt, notAfter));
  const ends = new Map<string, Date>();
  for (const { deviceId, notAfter } of certificates.all().filter(counts)) {
    const earlier = ends.get(deviceId);
    if (!earlier || notAfter < earlier) ends.set(deviceId, notAfter);
  }
  return [...ends]
    .map(([deviceId, expiresAt]) => ({ deviceId, expiresAt }))
    .sort((a, b) => a.expiresAt.getTime() - b.expiresAt.getTime());
}

const isNear = (one: Date, other: Date): boolean => Math.abs(one.getTime() - other.getTime()) < DAY;
