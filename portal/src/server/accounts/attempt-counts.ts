import { and, eq, gt, inArray, lte, sql } from 'drizzle-orm';
import type { Database } from '../store/database.js';
import { loginAttempts } from '../store/schema.js';

/** The number of tries in the current time window, and the end of the window. */
export interface AttemptCount {
  readonly attempts: number;
  readonly windowEndsAt: Date;
}

/**
 * Counts one try, and returns the count with this try. After the end of its window, a count restarts at 1, even if the row of the count is still
 * there.
 *
 * @param window length of a new window, in milliseconds
 */
export async function count(db: Database, key: string, window: number): Promise<AttemptCount> {
  const now = new Date();
  const windowEndsAt = new Date(now.getTime() + window);
  const isOver = lte(loginAttempts.windowEndsAt, now);
  const [row] = await db
    .insert(loginAttempts)
    .values({ key, attempts: 1, windowEndsAt })
    .onConflictDoUpdate({
      target: loginAttempts.key,
      set: {
        attempts: sql`CASE WHEN ${isOver} THEN 1 ELSE ${loginAttempts.attempts} + 1 END`,
        windowEndsAt: sql`CASE WHEN ${isOver} THEN excluded.window_ends_at ELSE ${loginAttempts.windowEndsAt} END`,
      },
    })
    .returning({ attempts: loginAttempts.attempts, windowEndsAt: loginAttempts.windowEndsAt });
  return row ?? { attempts: 0, windowEndsAt };
}

/** Subtracts one try from each count that is above 0. */
export async function takeBack(db: Database, keys: string[]): Promise<void> {
  await db
    .update(loginAttempts)
    .set({ attempts: sql`${loginAttempts.attempts} - 1` })
    .where(and(inArray(loginAttempts.key, keys), gt(loginAttempts.attempts, 0)));
}

/** Deletes a count before the end of its window. */
export async function forget(db: Database, key: string): Promise<void> {
  await db.delete(loginAttempts).where(eq(loginAttempts.key, key));
}

/**
 * Maximum number of counts deleted by one try. A try adds only a few counts, and should not have to delete all the counts that a flood of tries
 * has left.
 */
const DELETED_AT_ONCE = 100;

/** Deletes at most `DELETED_AT_ONCE` counts whose window is over. Skips rows that another try is using. */
export async function deleteExpired(db: Database): Promise<void> {
  const expired = db
    .select({ key: loginAttempts.key })
    .from(loginAttempts)
    .where(lte(loginAttempts.windowEndsAt, new Date()))
    .orderBy(loginAttempts.windowEndsAt)
    .limit(DELETED_AT_ONCE)
    .for('update', { skipLocked: true });
  await db.delete(loginAttempts).where(sql`${loginAttempts.key} = ANY(ARRAY${expired})`);
}
