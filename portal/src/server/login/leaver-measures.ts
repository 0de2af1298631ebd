import { ownerLeft, type LeaverMeasure } from '@cardwright/cms/devices';
import { Records } from '@cardwright/cms/store';
import { and, asc, desc, eq, inArray, isNotNull, isNull, lte, notInArray, type SQL } from 'drizzle-orm';
import { CERTAIN } from '../store/leaving-reasons.js';
import type { Leavers } from './settings.js';
import type { Database, PortalDatabase } from '../store/database.js';
import { OVER } from '../store/device-list.js';
import { drizzleTransaction } from '../store/drizzle-store.js';
import { devices, users } from '../store/schema.js';

const DAY = 24 * 60 * 60_000;
/** Maximum number of people whose devices one run suspends or terminates. */
const AT_ONCE = 50;

/** The column with the time at which a measure was taken. */
const TAKEN = { suspend: 'devicesSuspendedAt', terminate: 'devicesTerminatedAt' } as const satisfies Readonly<
  Record<LeaverMeasure, keyof typeof users.$inferSelect>
>;

/**
 * Does to the devices of people who surely left what the setting wants, once for each time that a person leaves: a device that an operator resumes is
 * left alone afterwards.
 */
export class LeaverMeasures {
  constructor(
    private readonly database: PortalDatabase,
    private readonly leavers: Leavers,
    private readonly now = () => new Date(),
  ) {}

  /** Takes measures for at most `AT_ONCE` people. Returns for how many. Several processes may call this at once: each person gets it once. */
  async takeDue(signal: AbortSignal): Promise<number> {
    if (this.leavers === 'nothing') return 0;
    const suspended = await this.#takeAll('suspend', isNull(users.devicesSuspendedAt), signal);
    if (this.leavers === 'suspend') return suspended;
    const before = new Date(this.now().getTime() - this.leavers.terminateAfter * DAY);
    const isDue = and(lte(users.devicesSuspendedAt, before), isNull(users.devicesTerminatedAt));
    return suspended + (await this.#takeAll('terminate', isDue, signal));
  }

  async #takeAll(measure: LeaverMeasure, isDue: SQL | undefined, signal: AbortSignal): Promise<number> {
    const due = and(isNotNull(users.leftAt), inArray(users.leftBecause, CERTAIN), isDue);
    const { db } = this.database;
    const people = await db.select({ id: users.id }).from(users).where(due).orderBy(asc(users.leftAt)).limit(AT_ONCE);
    for (const { id } of people) {
      if (signal.aborted) break;
      await this.#take(measure, id, due);
    }
    return people.length;
  }

  /** Takes a measure for a person in one transaction, which locks the person first, as the card management does. */
  #take(measure: LeaverMeasure, id: string, due: SQL | undefined): Promise<void> {
    return drizzleTransaction(this.database, async (transaction, connection) => {
      const records = new Records(transaction, this.now());
      await transaction.lockPerson(id);
      // The person may be back, and another process may have been faster.
      if ((await connection.$count(users, and(eq(users.id, id), due))) === 0) return;
      for (const device of await devicesOf(connection, id)) await ownerLeft(records, device, measure, 'portal');
      await connection
        .update(users)
        .set({ [TAKEN[measure]]: records.now })
        .where(eq(users.id, id));
      await records.write();
    });
  }
}

/** Lists the ids of a person's devices that are not over, in the order in which the card management locks several devices: the newest first. */
async function devicesOf(db: Database, ownerId: string): Promise<readonly string[]> {
  const rows = await db
    .select({ id: devices.id })
    .from(devices)
    .where(and(eq(devices.ownerId, ownerId), notInArray(devices.state, [...OVER])))
    .orderBy(desc(devices.createdAt));
  return rows.map(({ id }) => id);
}
