import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { MAX_BUNDLE_LENGTH, type SupportBundle } from '@cardwright/protocol/trace';
import { and, count, desc, eq, getTableColumns } from 'drizzle-orm';
import type { Database } from '../../server/store/database.js';
import { devices, supportFiles } from '../../server/store/schema.js';

/** Maximum number of support files of a device. */
export const MOST_SUPPORT_FILES = 5;
/** Maximum number of bytes of an unpacked file. `MAX_BUNDLE_LENGTH` counts UTF-16 code units, each of which takes at most three bytes of UTF-8. */
const MAX_UNPACKED = 3 * MAX_BUNDLE_LENGTH;

/** A support file without its content. */
export type SupportFile = Omit<typeof supportFiles.$inferSelect, 'packed'>;

const { packed, ...LISTED } = getTableColumns(supportFiles);

/** Lists the files of a device, newest first. */
export const listSupportFiles = (db: Database, deviceId: string): Promise<SupportFile[]> =>
  db.select(LISTED).from(supportFiles).where(eq(supportFiles.deviceId, deviceId)).orderBy(desc(supportFiles.addedAt));

/**
 * Adds a file to a device. Locks the device, so that concurrent calls cannot exceed the limit.
 *
 * @returns `unknown` if there is no such device, `full` if the device already has `MOST_SUPPORT_FILES` files
 */
export async function addSupportFile(
  db: Database,
  deviceId: string,
  addedBy: string,
  bundle: SupportBundle,
): Promise<SupportFile | 'unknown' | 'full'> {
  const content = await promisify(gzip)(JSON.stringify(bundle));
  const [device] = await db.select({ id: devices.id }).from(devices).where(eq(devices.id, deviceId)).for('update');
  if (!device) return 'unknown';
  const [there] = await db.select({ total: count() }).from(supportFiles).where(eq(supportFiles.deviceId, deviceId));
  if ((there?.total ?? 0) >= MOST_SUPPORT_FILES) return 'full';
  const { madeBy, checks } = bundle;
  const file = {
    id: randomUUID(),
    deviceId,
    addedBy,
    addedAt: new Date(),
    madeBy,
    failed: checks.filter(({ outcome }) => outcome === 'failed').length,
    checks: checks.length,
    size: content.length,
  };
  await db.insert(supportFiles).values({ ...file, packed: content });
  return file;
}

/** Returns the unpacked content of a file, JSON in UTF-8. Returns undefined if the device has no such file. */
export async function readSupportFile(db: Database, deviceId: string, id: string): Promise<Buffer | undefined> {
  const [row] = await db.select({ packed }).from(supportFiles).where(isFile(deviceId, id));
  return (
    row && promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip)(row.packed, { maxOutputLength: MAX_UNPACKED })
  );
}

/** Removes a file. Returns false if the device has no such file. */
export async function removeSupportFile(db: Database, deviceId: string, id: string): Promise<boolean> {
  const removed = await db.delete(supportFiles).where(isFile(deviceId, id)).returning({ id: supportFiles.id });
  return removed.length > 0;
}

const isFile = (deviceId: string, id: string) => and(eq(supportFiles.deviceId, deviceId), eq(supportFiles.id, id));
