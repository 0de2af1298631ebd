import type { WaitingWork } from '@cardwright/cms/store';
import { and, asc, eq, gt, isNull, lte, sql, type SQL } from 'drizzle-orm';
import type { Database } from './database.js';
import { devices, waitingWork } from './schema.js';

/** Lists work that waits although its time is over, the longest expired first. */
export const listExpiredWork = (db: Database, now: Date, limit: number): Promise<WaitingWork[]> =>
  db
    .select()
    .from(waitingWork)
    .where(and(isNull(waitingWork.outcome), lte(waitingWork.expiresAt, now)))
    .orderBy(asc(waitingWork.expiresAt), asc(waitingWork.id))
    .limit(limit);

/** Selects devices for which work waits. */
export const hasWork = (db: Database): SQL =>
  sql`EXISTS ${db
    .select({ id: waitingWork.id })
    .from(waitingWork)
    .where(
      and(eq(waitingWork.deviceId, devices.id), isNull(waitingWork.outcome), gt(waitingWork.expiresAt, sql`now()`)),
    )}`;
