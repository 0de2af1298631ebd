import { randomUUID } from 'node:crypto';
import { newKeyRing } from '@cardwright/cms/keys';
import type { StoreStage } from '@cardwright/cms/store-suite';
import { getTableColumns, sql } from 'drizzle-orm';
import { openPortalDatabase } from '../../../portal/src/server/store/database.js';
import type { DatabaseLocation } from '../../../portal/src/server/store/location.js';
import { drizzleStore } from '../../../portal/src/server/store/drizzle-store.js';
import { audit, operationEvents, quotas, users } from '../../../portal/src/server/store/schema.js';

const { actor, event, outcome, deviceId, operationId, detail, at } = audit;
const auditColumns = { actor, event, outcome, deviceId, operationId, detail, at };
const { id: eventId, ...eventColumns } = getTableColumns(operationEvents);

/** Opens the portal's store on a stage of the suite. */
export async function drizzleStage(location: DatabaseLocation): Promise<Required<StoreStage>> {
  const opened = await openPortalDatabase(location);
  const { db, engine } = opened;
  const waiting = sql`SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  const isOneWaiting = async (): Promise<boolean> =>
    (await db.select({ one: sql`1` }).from(sql`(${waiting}) AS waiting`)).length > 0;
  return {
    store: drizzleStore(opened, await newKeyRing()),
    newPerson: async () => {
      const person = randomUUID();
      await db.insert(users).values({ id: person, username: person, displayName: 'Someone', passwordHash: '' });
      return person;
    },
    audit: () => db.select(auditColumns).from(audit).orderBy(audit.id),
    events: () => db.select(eventColumns).from(operationEvents).orderBy(eventId),
    untilOneWaits: async (signal) => {
      // PGlite has one connection: while a transaction has it, no one can look, and no one waits for a lock.
      while (engine === 'postgresql' && !signal.aborted && !(await isOneWaiting()));
    },
    passAnHour: async () => {
      await db.update(quotas).set({ windowEndsAt: sql`${quotas.windowEndsAt} - interval '1 hour'` });
    },
    close: () => opened.close(),
  };
}
