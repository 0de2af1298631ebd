import { until } from '@cardwright/stage';
import { sql } from 'drizzle-orm';
import type { PortalDatabase } from '../../../../portal/src/server/store/database.js';
import { users } from '../../../../portal/src/server/store/schema.js';

const WAITING = sql<number>`(
  SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
)`;

/** Waits until so many transactions wait for rows that another one has locked. */
export async function transactionsWait({ db }: PortalDatabase, count = 1): Promise<void> {
  const look = async (): Promise<boolean> => {
    const [row] = await db.select({ waiting: WAITING }).from(users).limit(1);
    return row !== undefined && row.waiting >= count;
  };
  await until(look, { what: `${count} transactions that wait for a row` });
}
