import type { ExpiringDevice, ExpiryQuery, Notice } from '@cardwright/cms/store';
import { and, asc, eq, gt, isNull, lte, min, sql } from 'drizzle-orm';
import type { Database } from './database.js';
import { certificates, devices, notices } from './schema.js';

/** Queries for notices. Each query reads an index, so that its cost does not grow with the number of all notices or certificates. */

/** Lists active devices of which a good certificate ends in a period and has not been noticed, as `Transaction.expiringDevices` describes. */
export async function listExpiring(
  db: Database,
  { after, until, days }: ExpiryQuery,
  limit: number,
): Promise<ExpiringDevice[]> {
  const isNoticed = sql`EXISTS (SELECT FROM ${notices} WHERE ${notices.deviceId} = ${certificates.deviceId}
    AND ${notices.days} = ${days}
    AND ${notices.expiresAt} > ${certificates.notAfter} - interval '24 hours'
    AND ${notices.expiresAt} < ${certificates.notAfter} + interval '24 hours')`;
  const end = min(certificates.notAfter);
  const rows = await db
    .select({ deviceId: certificates.deviceId, expiresAt: end })
    .from(certificates)
    .innerJoin(devices, eq(devices.id, certificates.deviceId))
    .where(
      and(
        isNull(certificates.revocationReason),
        gt(certificates.notAfter, after),
        lte(certificates.notAfter, until),
        sql`${certificates.createdAt} < ${certificates.notAfter} - make_interval(hours => ${days * 24})`,
        eq(devices.state, 'active'),
        sql`NOT ${isNoticed}`,
      ),
    )
    .groupBy(certificates.deviceId)
    .orderBy(asc(end), asc(certificates.deviceId))
    .limit(limit);
  return rows.flatMap(({ deviceId, expiresAt }) => (expiresAt === null ? [] : { deviceId, expiresAt }));
}

/** Adds the notice of an expiry. Returns false if its device has a notice of the same expiry and days. Waits for others that are about to add it. */
export async function insertNotice(db: Database, notice: Notice): Promise<boolean> {
  const added = await db.insert(notices).values(notice).onConflictDoNothing().returning({ id: notices.id });
  return added.length > 0;
}

/** Lists notices that are due at a time, the longest due first. */
export const listDueNotices = (db: Database, now: Date, limit: number): Promise<Notice[]> =>
  db.select().from(notices).where(lte(notices.dueAt, now)).orderBy(asc(notices.dueAt), asc(notices.id)).limit(limit);

/** Returns a notice, and locks it. */
export async function openNotice(db: Database, id: string): Promise<Notice | undefined> {
  const [row] = await db.select().from(notices).where(eq(notices.id, id)).for('no key update');
  return row;
}
