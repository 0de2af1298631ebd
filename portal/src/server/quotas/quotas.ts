import { sql } from 'drizzle-orm';
import { RateLimited } from '../rate-limited.js';
import type { Database } from '../store/database.js';
import { quotas, type Spending } from '../store/schema.js';

/** What one user may do in an hour. */
export interface Quotas {
  /** Operations that are started or resumed. */
  readonly operationsPerHour: number;
  /** Answers to a witness of a card's management key. */
  readonly witnessesPerHour: number;
}

/**
 * Counts one use by a user. The hour begins with the first use and is the same for all portal processes; uses at the same
 * moment never exceed the limit together.
 *
 * Give it the store's own database, before the transaction of what is counted: inside, what fails would not be counted, and
 * the user's other requests would wait for its end.
 *
 * @throws RateLimited (`RATE_LIMITED`) over the limit, until the hour ends
 */
export async function spend(db: Database, userId: string, what: Spending, limit: number): Promise<void> {
  const isOver = sql`${quotas.windowEndsAt} <= now()`;
  const [row] = await db
    .insert(quotas)
    .values({ userId, what, spent: 1, windowEndsAt: sql`now() + interval '1 hour'` })
    .onConflictDoUpdate({
      target: [quotas.userId, quotas.what],
      set: {
        spent: sql`CASE WHEN ${isOver} THEN 1 ELSE ${quotas.spent} + 1 END`,
        windowEndsAt: sql`CASE WHEN ${isOver} THEN excluded.window_ends_at ELSE ${quotas.windowEndsAt} END`,
      },
    })
    .returning({ spent: quotas.spent, windowEndsAt: quotas.windowEndsAt });
  if (!row) throw new Error('a use was not counted');
  if (row.spent > limit) throw new RateLimited(row.windowEndsAt.getTime() - Date.now());
}
