import { and, count, eq, isNotNull, notInArray, sql } from 'drizzle-orm';
import type { Database } from './database.js';
import { devices } from './schema.js';

/**
 * Counts the devices in use of a model that their vendor attested, by the root of their proof: SHA-256 of the root's key in hexadecimal, with which
 * an identity begins (`DeviceIdentity.key`).
 */
export async function countByRoot(db: Database, model: string): Promise<ReadonlyMap<string, number>> {
  const root = sql<string>`split_part(${devices.identity}, ':', 1)`;
  const rows = await db
    .select({ root, total: count() })
    .from(devices)
    .where(
      and(
        eq(devices.model, model),
        eq(devices.proof, 'attested'),
        isNotNull(devices.identity),
        notInArray(devices.state, ['available', 'terminated']),
      ),
    )
    .groupBy(sql`1`);
  return new Map(rows.map((row) => [row.root, row.total]));
}
