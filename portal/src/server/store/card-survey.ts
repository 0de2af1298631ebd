import { COUNTING_STATES, SECURITY_KEY } from '@cardwright/cms/devices';
import type { CardAppearance, Device, KnownCard, Survey } from '@cardwright/cms/store';
import { and, count, desc, eq, exists, getTableColumns, inArray, isNull, ne, or, sql } from 'drizzle-orm';
import { unionAll } from 'drizzle-orm/pg-core';
import type { Database } from './database.js';
import { isNotFinal, mayBeOnCard } from './device-file.js';
import { certificates, devicePolicies, devices, escrows, operations } from './schema.js';

/** Text before the signed serial number at the end of an identity (`DeviceIdentity.key`). */
const IDENTITY_MARK = ':serial:';

interface LatestRow {
  readonly device: Device;
  /** True if the row was found as the latest of its model and serial number; false if it was found as the latest of its GUID. */
  readonly isBySerial: boolean;
  readonly hasEscrows: boolean;
  readonly certificates: KnownCard['certificates'];
}

/**
 * Reads what the database knows of a person, and of the cards that the person's computer shows. Takes two statements, however many cards there are.
 */
export async function surveyCards(db: Database, personId: string, cards: readonly CardAppearance[]): Promise<Survey> {
  const found = await findLatest(db, personId, cards);
  const latest = cards.map((card) => found.find((row) => isRowOf(row, card)));
  const around = await readAround(db, personId, cards, found);
  return {
    cards: cards.map((card, index): KnownCard => {
      const row = latest[index];
      return {
        latest: row?.device,
        hasEscrows: row?.hasEscrows ?? false,
        certificates: row?.certificates ?? [],
        running: around.running.filter(
          ({ deviceId, guid, cardHint }) =>
            deviceId === row?.device.id || guid === card.guid || cardHint === card.cardHint,
        ),
        policy: around.policies.find(({ model }) => model === card.model),
      };
    }),
    devices: around.devices,
  };
}

/**
 * True if the row was found for the card: by model and serial number if the card shows a serial number, else by GUID. A row found in the other way
 * does not count, because it was found for another card.
 */
const isRowOf = ({ device, isBySerial }: LatestRow, { model, serial, guid }: CardAppearance): boolean =>
  serial === null
    ? !isBySerial && device.guid === guid
    : isBySerial && device.serial === serial && device.model === model;

/** Finds the latest row of each card: by model and serial number if the card shows a serial number, else by GUID. */
async function findLatest(db: Database, personId: string, cards: readonly CardAppearance[]): Promise<LatestRow[]> {
  const serials = cards.flatMap(({ model, serial }) =>
    serial === null ? [] : [and(eq(devices.model, model), eq(devices.serial, serial))],
  );
  const guids = cards.flatMap(({ serial, guid }) => (serial === null && guid !== null ? [guid] : []));
  // A serial number finds another person's device only if that number is proved: the identity ends with it, or the row is attested, older than the
  // column `identity`, and not of a security key.
  const isOlder = and(isNull(devices.identity), eq(devices.proof, 'attested'), ne(devices.model, SECURITY_KEY));
  const mark = sql`${IDENTITY_MARK}::text || ${devices.serial}`;
  const isSigned = sql`right(${devices.identity}, length(${mark})) = ${mark}`;
  const isBelieved = or(isSigned, isOlder, eq(devices.ownerId, personId));
  const kept = db
    .select({ id: escrows.id })
    .from(escrows)
    .where(and(eq(escrows.deviceId, devices.id), mayBeOnCard));
  // One value in each row, because a join would return a row for each certificate.
  const valid = db
    .select({
      list: sql`coalesce(
        jsonb_agg(
          jsonb_build_object('slot', ${certificates.slot}, 'algorithm', ${certificates.algorithm}) ORDER BY ${certificates.slot}
        ),
        '[]'
      )`,
    })
    .from(certificates)
    .where(and(eq(certificates.deviceId, devices.id), isNotFinal, isNull(certificates.pendingRenewal)));
  const columns = (by: 'serial' | 'guid') => ({
    ...getTableColumns(devices),
    hasEscrows: sql<boolean>`${exists(kept)}`,
    certificates: sql<KnownCard['certificates']>`(${valid})`,
    isBySerial: sql<boolean>`${by === 'serial'}::boolean`,
  });
  const rows = await unionAll(
    db
      .selectDistinctOn([devices.model, devices.serial], columns('serial'))
      .from(devices)
      .where(and(or(sql`false`, ...serials), isBelieved))
      .orderBy(devices.model, devices.serial, desc(devices.createdAt)),
    db
      .selectDistinctOn([devices.guid], columns('guid'))
      .from(devices)
      .where(inArray(devices.guid, guids))
      .orderBy(devices.guid, desc(devices.createdAt)),
  );
  return rows.map(({ hasEscrows, certificates: listed, isBySerial, ...device }) => ({
    device,
    hasEscrows,
    certificates: listed,
    isBySerial,
  }));
}

/**
 * Reads the person's running operations on these cards, the policies of their models, and the number of the person's devices that
 * count towards the limit.
 */
async function readAround(
  db: Database,
  personId: string,
  cards: readonly CardAppearance[],
  found: readonly LatestRow[],
) {
  const ids = found.map(({ device }) => device.id);
  const guids = cards.flatMap(({ guid }) => guid ?? []);
  const hints = cards.map(({ cardHint }) => cardHint);
  const isOnCards = or(
    inArray(operations.deviceId, ids),
    inArray(operations.guid, guids),
    inArray(operations.cardHint, hints),
  );
  const running = db
    .select()
    .from(operations)
    .where(and(eq(operations.userId, personId), eq(operations.status, 'running'), isOnCards))
    .as('running');
  const models = cards.map(({ model }) => model);
  const policies = db.select().from(devicePolicies).where(inArray(devicePolicies.model, models)).as('policies');
  const counted = db
    .select({ total: count().as('total') })
    .from(devices)
    .where(and(eq(devices.ownerId, personId), inArray(devices.state, COUNTING_STATES)))
    .as('counted');
  // Full joins on a false condition return the rows of all three queries, each row with nulls for the other two.
  const rows = await db
    .select()
    .from(running)
    .fullJoin(policies, sql`false`)
    .fullJoin(counted, sql`false`)
    .orderBy(desc(running.createdAt));
  return {
    running: rows.flatMap((row) => row.running ?? []),
    policies: rows.flatMap((row) => row.policies ?? []),
    devices: rows.reduce((sum, row) => sum + (row.counted?.total ?? 0), 0),
  };
}
