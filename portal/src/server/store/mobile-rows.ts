import { isInUse, PHONE, STATES, type DeviceState } from '@cardwright/cms/devices';
import { and, asc, eq, getTableColumns, inArray, isNotNull, lte, ne, or, sql, type SQL } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { Database } from './database.js';
import {
  certificates,
  devices,
  mobileEnrolments,
  scepRequests,
  users,
  type CertificateRow,
  type EnrollingPhone,
  type MobileEnrolment,
  type ScepRequest,
  type User,
} from './schema.js';

/** An enrolment with its requests, its user and the state of its device. */
export interface EnrolmentFile {
  readonly enrolment: MobileEnrolment;
  readonly user: User;
  /** State of the device; null while the enrolment has no device. */
  readonly deviceState: DeviceState | null;
  /** Requests in the order in which they were made. */
  readonly requests: readonly ScepRequest[];
}

/** The id of an enrolment and the id of its user, which never change. */
export type EnrolmentKey = Pick<MobileEnrolment, 'id' | 'userId'>;
const KEY = { id: mobileEnrolments.id, userId: mobileEnrolments.userId };

/**
 * Reads an enrolment without locking it. Returns undefined if no enrolment has the id.
 *
 * @param id a UUID
 */
export async function readEnrolment(db: Database, id: string): Promise<EnrolmentFile | undefined> {
  const [row] = await db
    .select({ enrolment: mobileEnrolments, user: users, deviceState: devices.state })
    .from(mobileEnrolments)
    .innerJoin(users, eq(users.id, mobileEnrolments.userId))
    .leftJoin(devices, eq(devices.id, mobileEnrolments.deviceId))
    .where(eq(mobileEnrolments.id, id));
  if (!row) return undefined;
  const requests = await db
    .select()
    .from(scepRequests)
    .where(eq(scepRequests.enrolmentId, id))
    .orderBy(asc(scepRequests.createdAt), asc(scepRequests.id));
  return { ...row, requests };
}

async function findKey(db: Database, which: SQL): Promise<EnrolmentKey | undefined> {
  const [key] = await db.select(KEY).from(mobileEnrolments).where(which);
  return key;
}

/** Finds an enrolment. Returns undefined if no enrolment has the id. @param id a UUID */
export const findEnrolment = (db: Database, id: string): Promise<EnrolmentKey | undefined> =>
  findKey(db, eq(mobileEnrolments.id, id));

export const findEnrolmentByLink = (db: Database, linkHash: string): Promise<EnrolmentKey | undefined> =>
  findKey(db, eq(mobileEnrolments.linkHash, linkHash));

export const findEnrolmentByProof = (db: Database, operationId: string): Promise<EnrolmentKey | undefined> =>
  findKey(db, eq(mobileEnrolments.proofOperationId, operationId));

/** Lists the enrolments of a user that have not ended. */
export const listOpenEnrolments = (db: Database, userId: string): Promise<EnrolmentKey[]> =>
  db
    .select(KEY)
    .from(mobileEnrolments)
    .where(and(eq(mobileEnrolments.userId, userId), isNotNull(mobileEnrolments.expiresAt)));

/** Lists the enrolments of a device that have not ended. */
export const listOpenEnrolmentsOf = (db: Database, deviceId: string): Promise<EnrolmentKey[]> =>
  db
    .select(KEY)
    .from(mobileEnrolments)
    .where(and(eq(mobileEnrolments.deviceId, deviceId), isNotNull(mobileEnrolments.expiresAt)));

/** Lists at most `limit` open enrolments whose time is over, the longest overdue first. */
export const listOverdueEnrolments = (db: Database, now: Date, limit: number): Promise<EnrolmentKey[]> =>
  db
    .select(KEY)
    .from(mobileEnrolments)
    .where(lte(mobileEnrolments.expiresAt, now))
    .orderBy(asc(mobileEnrolments.expiresAt))
    .limit(limit);

/** Lists the ids of a user's mobile devices in use that have a serial number. */
export async function listPhonesOf(db: Database, ownerId: string, serial: string): Promise<string[]> {
  const isThatPhone = and(eq(devices.ownerId, ownerId), eq(devices.model, PHONE), eq(devices.serial, serial));
  const rows = await db
    .select({ id: devices.id })
    .from(devices)
    .where(and(isThatPhone, inArray(devices.state, IN_USE)));
  return rows.map(({ id }) => id);
}
const IN_USE = STATES.filter(isInUse);

/** True if the key of a phone has signed another UDID or serial number in an earlier enrolment, of any user. */
export async function hasSignedOtherwise(
  db: Database,
  { key, udid, serial }: Pick<EnrollingPhone, 'key' | 'udid' | 'serial'>,
): Promise<boolean> {
  if (key === undefined) return false;
  const [row] = await db
    .select({ id: mobileEnrolments.id })
    .from(mobileEnrolments)
    .where(
      and(
        eq(sql`${mobileEnrolments.phone} ->> 'key'`, key),
        or(
          ne(sql`${mobileEnrolments.phone} ->> 'udid'`, udid),
          ne(sql`${mobileEnrolments.phone} ->> 'serial'`, serial),
        ),
      ),
    )
    .limit(1);
  return row !== undefined;
}

/** True if any enrolment is open, so that a phone may have a profile and still wait for a certificate. */
export async function isAnyEnrolmentOpen(db: Database): Promise<boolean> {
  const rows = await db
    .select({ id: mobileEnrolments.id })
    .from(mobileEnrolments)
    .where(isNotNull(mobileEnrolments.expiresAt))
    .limit(1);
  return rows.length > 0;
}

/** Finds the certificate, of a mobile device or a card, whose stored serial number is one of these spellings. */
export async function findCertificateBySerial(
  db: Database,
  serialNumbers: readonly string[],
): Promise<CertificateRow | undefined> {
  const [row] = await db
    .select()
    .from(certificates)
    .where(inArray(certificates.serialNumber, [...serialNumbers]));
  return row;
}

export async function readCertificate(db: Database, id: string): Promise<CertificateRow | undefined> {
  const [row] = await db.select().from(certificates).where(eq(certificates.id, id));
  return row;
}

/**
 * Inserts rows, or replaces rows with the same id. The caller has locked the person of each enrolment, and has written the devices and certificates
 * to which the rows refer.
 */
export async function writeEnrolments(
  db: Database,
  enrolments: readonly MobileEnrolment[],
  requests: readonly ScepRequest[],
): Promise<void> {
  if (enrolments.length > 0)
    await db
      .insert(mobileEnrolments)
      .values([...enrolments])
      .onConflictDoUpdate({ target: mobileEnrolments.id, set: replaced(mobileEnrolments) });
  if (requests.length > 0)
    await db
      .insert(scepRequests)
      .values([...requests])
      .onConflictDoUpdate({ target: scepRequests.id, set: replaced(scepRequests) });
}

/** Returns the assignments with which an upsert replaces every column. */
const replaced = (table: PgTable): Record<string, SQL> =>
  Object.fromEntries(
    Object.entries(getTableColumns(table)).map(([property, { name }]) => [
      property,
      sql`excluded.${sql.identifier(name)}`,
    ]),
  );
