import type { Spent, Uses } from '@cardwright/cms/store';
import { sql } from 'drizzle-orm';
import type { Database } from './database.js';
import { quotas, type PortalSpending } from './schema.js';

/** Limits of what the portal itself counts: uses of one person in an hour. */
export interface PortalQuotas {
  readonly changesPerHour: number;
  readonly stepsPerHour: number;
  readonly signInsPerHour: number;
}

/** Counts uses, as `Store.spend` describes. Uses the clock of the database, so that the hour is the same for all processes of the portal. */
export async function spend(db: Database, userId: string, what: PortalSpending, uses: Uses = 1): Promise<Spent> {
  const subjects = typeof uses === 'number' ? [] : [...new Set(uses)];
  const together = sql`ARRAY(SELECT DISTINCT unnest(${quotas.subjects} || excluded.subjects))`;
  const sum = typeof uses === 'number' ? sql`${quotas.spent} + excluded.spent` : sql`cardinality(${together})`;
  const isOver = sql`${quotas.windowEndsAt} <= now()`;
  const [row] = await db
    .insert(quotas)
    .values({
      userId,
      what,
      spent: typeof uses === 'number' ? uses : subjects.length,
      subjects,
      windowEndsAt: sql`now() + interval '1 hour'`,
    })
    .onConflictDoUpdate({
      target: [quotas.userId, quotas.what],
      set: {
        spent: sql`CASE WHEN ${isOver} THEN excluded.spent ELSE ${sum} END`,
        subjects: sql`CASE WHEN ${isOver} THEN excluded.subjects ELSE ${together} END`,
        windowEndsAt: sql`CASE WHEN ${isOver} THEN excluded.window_ends_at ELSE ${quotas.windowEndsAt} END`,
      },
    })
    .returning({ spent: quotas.spent, windowEndsAt: quotas.windowEndsAt });
  if (!row) throw new Error('a use was not counted');
  return row;
}
