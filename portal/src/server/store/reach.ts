import { and, eq, exists, inArray, isNull, or, sql, type SQL, type SQLWrapper } from 'drizzle-orm';
import type { Reach } from '../rights.js';
import type { Database } from './database.js';
import { audit, devices, operations, userGroups, users } from './schema.js';

/** Conditions for what a right reaches. None is undefined for a right that reaches everybody. */

/**
 * Selects the people whom a right reaches.
 *
 * @param person the column with the id of the person
 */
export const reachesPerson = (reach: Reach, person: SQLWrapper): SQL | undefined =>
  reach === null
    ? undefined
    : sql`EXISTS (SELECT 1 FROM ${userGroups} WHERE ${userGroups.userId} = ${person} AND ${inArray(userGroups.groupName, [...reach])})`;

/** Selects the devices whose owners a right reaches. */
export const reachesDevice = (reach: Reach): SQL | undefined => reachesPerson(reach, devices.ownerId);

/** Selects the operations of people whom a right reaches, and the operations on their devices. */
export const reachesOperation = (db: Database, reach: Reach): SQL | undefined =>
  reach === null ? undefined : or(reachesPerson(reach, operations.userId), hasDevice(db, reach, operations.deviceId));

/**
 * Selects the entries of the audit log on devices that a right reaches, those about people whom it reaches, and those about nobody and no device that
 * such people wrote.
 */
export function reachesEntry(db: Database, reach: Reach): SQL | undefined {
  if (reach === null) return undefined;
  const byActor = db
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.username, audit.actor), reachesPerson(reach, users.id)));
  return or(
    hasDevice(db, reach, audit.deviceId),
    reachesPerson(reach, audit.personId),
    and(isNull(audit.deviceId), isNull(audit.personId), exists(byActor)),
  );
}

const hasDevice = (db: Database, reach: Reach, device: SQLWrapper): SQL =>
  exists(
    db
      .select({ id: devices.id })
      .from(devices)
      .where(and(sql`${devices.id} = ${device}`, reachesDevice(reach))),
  );

/** What an id in the path of a route names. */
export type Named = 'devices' | 'people' | 'operations';

const FINDERS: Readonly<Record<Named, (db: Database, id: string, reach: Reach) => Promise<readonly unknown[]>>> = {
  devices: async (db, id, reach) =>
    db
      .select({ id: devices.id })
      .from(devices)
      .where(and(eq(devices.id, id), reachesDevice(reach))),
  people: async (db, id, reach) =>
    db
      .select({ id: users.id })
      .from(users)
      .where(and(eq(users.id, id), reachesPerson(reach, users.id))),
  operations: async (db, id, reach) =>
    db
      .select({ id: operations.id })
      .from(operations)
      .where(and(eq(operations.id, id), reachesOperation(db, reach))),
};

/** Resolves with true if there is something with this id, and a right reaches it. */
export const isWithin = async (db: Database, named: Named, id: string, reach: Reach): Promise<boolean> =>
  (await FINDERS[named](db, id, reach)).length > 0;
