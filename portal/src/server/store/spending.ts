import type { Spending, Spent } from '@cardwright/cms';
import { sql } from 'drizzle-orm';
import type { Database } from './database.js';
import { quotas } from './schema.js';

/** Counts one use, by the database's clock: the hour is the same for all portal processes. */
export async function spend(db: Database, userId: string, what: Spending): Promise<Spent> {
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
  return row;
}
