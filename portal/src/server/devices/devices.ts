import { COUNTING_STATES, type Certificate } from '@cardwright/cms';
import { and, asc, count, eq, inArray, notInArray } from 'drizzle-orm';
import type { Database } from '../store/database.js';
import { certificates, devices, users, type Device, type User } from '../store/schema.js';

/** How many devices of a user count towards the limit. */
export async function countDevices(db: Database, userId: string): Promise<number> {
  const [row] = await db
    .select({ total: count() })
    .from(devices)
    .where(and(eq(devices.ownerId, userId), inArray(devices.state, COUNTING_STATES)));
  return row?.total ?? 0;
}

/** States in which a device is nobody's any more. */
const OVER = ['available', 'terminated'] as const;

/** A device with its owner and its certificates. */
export interface DeviceRecord {
  readonly device: Device;
  readonly owner: User;
  readonly certificates: readonly Certificate[];
}

/** The devices that one user has, or all that there ever were, oldest first. */
export async function listDevices(db: Database, ownerId?: string): Promise<DeviceRecord[]> {
  const rows = await db
    .select({ device: devices, owner: users })
    .from(devices)
    .innerJoin(users, eq(users.id, devices.ownerId))
    .where(ownerId === undefined ? undefined : and(eq(devices.ownerId, ownerId), notInArray(devices.state, [...OVER])))
    .orderBy(asc(devices.createdAt));
  const ids = rows.map(({ device }) => device.id);
  const found =
    ids.length === 0
      ? []
      : await db.select().from(certificates).where(inArray(certificates.deviceId, ids)).orderBy(certificates.slot);
  return rows.map((row) => ({ ...row, certificates: found.filter(({ deviceId }) => deviceId === row.device.id) }));
}
