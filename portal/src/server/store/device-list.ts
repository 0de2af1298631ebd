import { DEVICE_STATES, GIVEN_BACK, PHONE, type DeviceState, type VersionedDevice } from '@cardwright/cms/devices';
import type { DevicePolicy } from '@cardwright/cms/policies';
import type { Certificate, PolicyRow, WaitingWork } from '@cardwright/cms/store';
import { and, asc, desc, eq, inArray, isNotNull, isNull, ne, notInArray, or, sql, type SQL } from 'drizzle-orm';
import { unionAll } from 'drizzle-orm/pg-core';
import type { Database } from './database.js';
import { expiresWithin, type Expiry } from './device-expiry.js';
import { isGood, isNotFinal } from './device-file.js';
import {
  certificates,
  devicePolicies,
  devices,
  passkeys,
  userGroups,
  users,
  waitingWork,
  type DeviceRow,
  type User,
} from './schema.js';
import type { Reach } from '../rights.js';
import { reachesDevice, reachesPerson } from './reach.js';
import { hasWork } from './work-rows.js';

/** Queries for lists of devices. Each query takes at most four statements, however many devices there are. */

/** A device with its owner and the certificates to show. */
export interface ListedDevice {
  readonly device: DeviceRow;
  /** The owner, with the groups of people to which they belong. */
  readonly owner: Pick<User, 'id' | 'username' | 'displayName' | 'leftAt' | 'leftBecause'> & {
    readonly groups: readonly string[];
  };
  /** The part of the model's policy that a list needs. */
  readonly policy: Pick<DevicePolicy, 'unlockNeedsCode'>;
  readonly certificates: readonly ShownCertificate[];
  /** Work without an outcome. */
  readonly work: readonly WaitingWork[];
  /** The certificates, passkeys and work that the device's version covers (`deviceVersion`), chosen as in a `DeviceFile`. */
  readonly valid: Omit<VersionedDevice, 'row'>;
}

/** A certificate without its encoding. */
export type ShownCertificate = Pick<Certificate, keyof typeof CERTIFICATE>;

const CERTIFICATE = {
  deviceId: certificates.deviceId,
  slot: certificates.slot,
  serialNumber: certificates.serialNumber,
  subject: certificates.subject,
  algorithm: certificates.algorithm,
  proof: certificates.proof,
  notBefore: certificates.notBefore,
  notAfter: certificates.notAfter,
  revocationReason: certificates.revocationReason,
};

const VALID_CERTIFICATE = {
  deviceId: certificates.deviceId,
  slot: certificates.slot,
  serialNumber: certificates.serialNumber,
  keyHash: certificates.keyHash,
  proof: certificates.proof,
};

const GOOD_PASSKEY = { deviceId: passkeys.deviceId, service: passkeys.service, credentialId: passkeys.credentialId };

/** Columns of a `ListedDevice` without its certificates, from devices, their owners and the policies of their models. */
export const LISTED = {
  device: devices,
  owner: {
    id: users.id,
    username: users.username,
    displayName: users.displayName,
    leftAt: users.leftAt,
    leftBecause: users.leftBecause,
    groups: sql<
      string[]
    >`ARRAY(SELECT ${userGroups.groupName} FROM ${userGroups} WHERE ${userGroups.userId} = ${users.id})`,
  },
  policy: {
    // The default is for a model without a policy, and for a policy without the member, which an earlier version of the portal stored.
    unlockNeedsCode: sql<boolean>`coalesce((${devicePolicies.policy} ->> 'unlockNeedsCode')::boolean, false)`,
  },
};

/** States of a device that is not in use. */
export const OVER = ['available', 'terminated'] as const;

/** The devices of a user. */
export interface OwnDevices {
  /** Devices in use (`isInUse`), oldest first. Mobile devices that are being enrolled are left out: the user handles them in the enrolment. */
  readonly listed: readonly ListedDevice[];
  /** Policies of the models of these devices. */
  readonly policies: readonly PolicyRow[];
  /**
   * Devices that were terminated or given back, the last changed first, at most `MOST_TERMINATED`. Leaves out a device that this user has in use
   * again, if its identity shows this, and mobile devices that were never active.
   */
  readonly terminated: readonly DeviceRow[];
  /** Number of devices that count towards the user's limit, including mobile devices that are being enrolled. */
  readonly used: number;
}

/** Maximum length of `OwnDevices.terminated`. */
const MOST_TERMINATED = 20;

export async function readOwnDevices(db: Database, ownerId: string): Promise<OwnDevices> {
  const rows = await db
    .select(LISTED)
    .from(devices)
    .innerJoin(users, eq(users.id, devices.ownerId))
    .leftJoin(devicePolicies, eq(devicePolicies.model, devices.model))
    .where(and(eq(devices.ownerId, ownerId), notInArray(devices.state, [...OVER])))
    .orderBy(asc(devices.createdAt));
  const shown = rows.filter(({ device }) => device.model !== PHONE || device.state !== 'producing');
  const used = rows.filter(({ device }) => DEVICE_STATES[device.state].counts).length;
  const terminated = await readTerminated(
    db,
    ownerId,
    rows.flatMap(({ device }) => device.identity ?? []),
  );
  const models = [...new Set(shown.map(({ device }) => device.model))];
  const policies =
    models.length === 0 ? [] : await db.select().from(devicePolicies).where(inArray(devicePolicies.model, models));
  return { listed: await withCertificates(db, shown), policies, terminated, used };
}

/**
 * Reads `OwnDevices.terminated`.
 *
 * @param inUse identities of the devices that this owner uses now
 */
function readTerminated(db: Database, ownerId: string, inUse: readonly string[]): Promise<DeviceRow[]> {
  return db
    .select()
    .from(devices)
    .where(
      and(
        eq(devices.ownerId, ownerId),
        or(eq(devices.state, 'terminated'), and(eq(devices.state, 'available'), eq(devices.stateReason, GIVEN_BACK))),
        or(ne(devices.model, PHONE), isNotNull(devices.activatedAt)),
        or(isNull(devices.identity), notInArray(devices.identity, [...inUse])),
      ),
    )
    .orderBy(desc(devices.updatedAt))
    .limit(MOST_TERMINATED);
}

/** Returns the display name of a device's owner. Returns undefined if there is no such device. */
export async function ownerNameOf(db: Database, deviceId: string): Promise<string | undefined> {
  const [row] = await db
    .select({ name: users.displayName })
    .from(devices)
    .innerJoin(users, eq(users.id, devices.ownerId))
    .where(eq(devices.id, deviceId));
  return row?.name;
}

/**
 * Finds a device in any state. Returns undefined if no device has the id.
 *
 * @param id a UUID
 */
export async function findListedDevice(db: Database, id: string): Promise<ListedDevice | undefined> {
  const rows = await db
    .select(LISTED)
    .from(devices)
    .innerJoin(users, eq(users.id, devices.ownerId))
    .leftJoin(devicePolicies, eq(devicePolicies.model, devices.model))
    .where(eq(devices.id, id));
  return (await withCertificates(db, rows))[0];
}

/** An operator's filter for devices. */
export interface DeviceFilter {
  readonly state?: DeviceState;
  readonly model?: string;
  /** Beginning of the owner's display name, of its last word, or of the user name. Upper and lower case are the same. */
  readonly owner?: string;
  /** Beginning of the serial number, in its own upper and lower case. */
  readonly serial?: string;
  /** Period in which certificates of an active device end. */
  readonly expiry?: Expiry;
  /** True selects the devices for which work waits. */
  readonly work?: true;
  /** True selects the devices of people who left. */
  readonly left?: true;
  /**
   * If `is` is true, selects the devices that wait for an approval that this operator may give. If `is` is false, selects all other devices.
   * Operators cannot approve their own devices.
   */
  readonly waiting?: { readonly is: boolean; readonly operatorId: string };
}

/** A page of devices in a fixed order, and the position of the next page. */
export interface DevicePage {
  readonly records: readonly ListedDevice[];
  /** Value for `after`; null on the last page. */
  readonly next: string | null;
  /** Set if more than `MOST_OWNERS` users match in one of the ways of `DeviceFilter.owner`, so that the devices of some users may be missing. */
  readonly hasMoreOwners: boolean;
}

/** Maximum number of owners found, for each of the three ways in which a name can match. */
const MOST_OWNERS = 50;

/**
 * Reads a page of the devices that a right reaches and that match a filter, in any state. With a filter for the serial number, devices are sorted by serial number. With a
 * filter for devices that wait (`waiting.is`), the oldest device comes first. With any other filter, the newest device comes first. Each order is
 * that of an index, so a later page costs no more than the first page. A page begins after a device and not after a number of devices, so a device
 * added meanwhile does not shift it.
 *
 * @param after `next` of the previous page
 */
export async function readDevicePage(
  db: Database,
  reach: Reach,
  filter: DeviceFilter,
  size: number,
  after?: string,
): Promise<DevicePage> {
  const owners = filter.owner === undefined ? undefined : await findOwners(db, reach, filter.owner);
  const order = orderOf(filter);
  const direction = order.isAscending ? asc : desc;
  const rows = await db
    .select(LISTED)
    .from(devices)
    .innerJoin(users, eq(users.id, devices.ownerId))
    .leftJoin(devicePolicies, eq(devicePolicies.model, devices.model))
    .where(
      and(
        reachesDevice(reach),
        matches(filter),
        filter.work && hasWork(db),
        filter.left && isNotNull(users.leftAt),
        owners && inArray(devices.ownerId, owners.ids),
        after === undefined ? undefined : isBeyond(after, reach, order),
      ),
    )
    .orderBy(direction(order.by), direction(devices.id))
    .limit(size + 1);
  const page = rows.slice(0, size);
  const next = rows.length > size ? (page.at(-1)?.device.id ?? null) : null;
  return { records: await withCertificates(db, page), next, hasMoreOwners: owners?.areMore ?? false };
}

interface Order {
  readonly by: SQL;
  readonly isAscending: boolean;
}

/** Chooses the order of the devices, for which there is an index. */
function orderOf({ serial, waiting }: DeviceFilter): Order {
  if (serial !== undefined) return { by: sql`${devices.serial} COLLATE "C"`, isAscending: true };
  return { by: sql`${devices.createdAt}`, isAscending: waiting?.is === true };
}

/**
 * Selects the devices after the last one of a page. The database reads the sort key of that device again, because a `Date` lacks
 * digits that PostgreSQL keeps.
 */
function isBeyond(id: string, reach: Reach, { by, isAscending }: Order): SQL {
  const isLast = and(eq(devices.id, id), reachesDevice(reach));
  const last = sql`((SELECT ${by} FROM ${devices} WHERE ${isLast}), ${id}::uuid)`;
  return sql`(${by}, ${devices.id}) ${sql.raw(isAscending ? '>' : '<')} ${last}`;
}

function matches({ state, model, serial, expiry, waiting }: DeviceFilter): SQL | undefined {
  return and(
    state === undefined ? undefined : eq(devices.state, state),
    model === undefined ? undefined : eq(devices.model, model),
    serial === undefined ? undefined : sql`${devices.serial} COLLATE "C" LIKE ${beginning(serial)}`,
    expiry && expiresWithin(expiry),
    waiting && waitsFor(waiting.operatorId, waiting.is),
  );
}

/** Devices that wait for `approve`, `approve-puk` or `approve-unlock` (`OPERATOR_ACTIONS`). The condition is that of the index devices_waiting. */
export const WAITS_FOR_APPROVAL = sql`(${devices.state} = 'awaiting-approval' OR (${devices.state} IN ('producing', 'active')
    AND ${devices.stateReason} = 'APPROVAL_NEEDED' AND ${devices.pukApprovedAt} IS NULL))`;

/** If `is` is true, selects the devices that wait for an approval and are not this operator's own. If `is` is false, selects all other devices. */
function waitsFor(operatorId: string, is: boolean): SQL {
  return is
    ? sql`${WAITS_FOR_APPROVAL} AND ${devices.ownerId} <> ${operatorId}`
    : sql`((${WAITS_FOR_APPROVAL}) IS NOT TRUE OR ${devices.ownerId} = ${operatorId})`;
}

/**
 * Finds users by the beginning of a name, in upper or lower case. Each of the three searches reads an index in its order and stops after one more
 * than `MOST_OWNERS` users, so a single letter does not read all matching users.
 */
async function findOwners(
  db: Database,
  reach: Reach,
  name: string,
): Promise<{ readonly ids: string[]; readonly areMore: boolean }> {
  const inWay = (way: number, value: SQL) =>
    db
      .select({ id: users.id, way: sql`${way}::int`.mapWith(Number) })
      .from(users)
      .where(and(sql`${value} LIKE lower(${beginning(name)})`, reachesPerson(reach, users.id)))
      .orderBy(sql`${value} USING ~<~`)
      .limit(MOST_OWNERS + 1);
  const found = await unionAll(
    inWay(1, sql`lower(${users.displayName})`),
    inWay(2, sql`lower(substring(${users.displayName} from '[^ ]+$'))`),
    inWay(3, sql`${users.username}`),
  );
  const areMore = [1, 2, 3].some((wanted) => found.filter(({ way }) => way === wanted).length > MOST_OWNERS);
  return { ids: [...new Set(found.map(({ id }) => id))], areMore };
}

const beginning = (text: string): string => `${text.replace(/[\\%_]/g, '\\$&')}%`;

/** Adds their certificates, passkeys and work to devices, in one statement. */
export async function withCertificates(
  db: Database,
  rows: readonly Pick<ListedDevice, 'device' | 'owner' | 'policy'>[],
): Promise<ListedDevice[]> {
  const ids = rows.map(({ device }) => device.id);
  const found = ids.length === 0 ? [] : await listBelongings(db, ids);
  return rows.map((row) => {
    const { id } = row.device;
    return {
      ...row,
      certificates: found.flatMap(({ shown }) => (shown?.deviceId === id ? shown : [])),
      work: found.flatMap(({ work }) => (work?.deviceId === id ? work : [])),
      valid: {
        certificates: found.flatMap(({ valid }) => (valid?.deviceId === id ? valid : [])),
        passkeys: found.flatMap(({ good }) => (good?.deviceId === id ? good : [])),
        work: found.flatMap(({ work }) => (work?.deviceId === id ? work : [])),
      },
    };
  });
}

/**
 * Reads the certificates, passkeys and work of devices in one statement. `shown` has the newest certificate of each slot, leaving out superseded
 * certificates, and those of a renewal that were not read back. `valid` has the certificates that are not revoked, or whose revocation is a hold,
 * without those of a renewal. `good` has the passkeys that are not due for removal, and `work` the work without an outcome.
 */
async function listBelongings(db: Database, deviceIds: readonly string[]) {
  const shown = db
    .selectDistinctOn([certificates.deviceId, certificates.slot], CERTIFICATE)
    .from(certificates)
    .where(
      and(
        inArray(certificates.deviceId, [...deviceIds]),
        sql`${certificates.revocationReason} IS DISTINCT FROM 'superseded'`,
        isNull(certificates.pendingRenewal),
      ),
    )
    .orderBy(certificates.deviceId, certificates.slot, desc(certificates.createdAt))
    .as('shown');
  const valid = db
    .select(VALID_CERTIFICATE)
    .from(certificates)
    .where(and(inArray(certificates.deviceId, [...deviceIds]), isNotFinal, isNull(certificates.pendingRenewal)))
    .as('valid');
  const good = db
    .select(GOOD_PASSKEY)
    .from(passkeys)
    .where(and(inArray(passkeys.deviceId, [...deviceIds]), isGood))
    .as('good');
  const work = db
    .select()
    .from(waitingWork)
    .where(and(inArray(waitingWork.deviceId, [...deviceIds]), isNull(waitingWork.outcome)))
    .as('work');
  // Full joins on a false condition return the rows of all queries, each row with nulls for the others.
  return await db
    .select()
    .from(shown)
    .fullJoin(valid, sql`false`)
    .fullJoin(good, sql`false`)
    .fullJoin(work, sql`false`)
    .orderBy(shown.slot);
}
