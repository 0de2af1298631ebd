import { and, asc, desc, eq, inArray, notInArray } from 'drizzle-orm';
import type { Database } from './database.js';
import { LISTED, OVER, withCertificates, type ListedDevice } from './device-list.js';
import { devicePolicies, devices, users, type User } from './schema.js';

/** A person with their devices, for operators. */
export interface PersonDevices {
  readonly person: Pick<User, 'id' | 'username' | 'displayName' | 'email' | 'leftAt' | 'leftBecause'>;
  /** Devices in use (`isInUse`), oldest first. */
  readonly inUse: readonly ListedDevice[];
  /** Devices that are over, the last changed first, at most `MOST_OVER`. */
  readonly over: readonly ListedDevice[];
  /** Set if there are more devices that are over. */
  readonly hasMore: boolean;
}

/** Maximum length of `PersonDevices.over`. */
const MOST_OVER = 50;

/**
 * Reads a person with their devices. Returns undefined if nobody has the id.
 *
 * @param id a UUID
 */
export async function readPerson(db: Database, id: string): Promise<PersonDevices | undefined> {
  const { username, displayName, email, leftAt, leftBecause } = users;
  const [person] = await db
    .select({ id: users.id, username, displayName, email, leftAt, leftBecause })
    .from(users)
    .where(eq(users.id, id));
  if (!person) return undefined;
  const select = () =>
    db
      .select(LISTED)
      .from(devices)
      .innerJoin(users, eq(users.id, devices.ownerId))
      .leftJoin(devicePolicies, eq(devicePolicies.model, devices.model));
  const inUse = await select()
    .where(and(eq(devices.ownerId, id), notInArray(devices.state, [...OVER])))
    .orderBy(asc(devices.createdAt));
  const over = await select()
    .where(and(eq(devices.ownerId, id), inArray(devices.state, [...OVER])))
    .orderBy(desc(devices.updatedAt))
    .limit(MOST_OVER + 1);
  const listed = await withCertificates(db, [...inUse, ...over.slice(0, MOST_OVER)]);
  return {
    person,
    inUse: listed.slice(0, inUse.length),
    over: listed.slice(inUse.length),
    hasMore: over.length > MOST_OVER,
  };
}
