import { aliasedTable, and, desc, eq, inArray, isNotNull, isNull, or, sql } from 'drizzle-orm';
import type { Database } from './database.js';
import { devices, escrows, operations, type Device, type User } from './schema.js';

/** What a card shows of itself, and a page or host may have made up. */
export interface CardAppearance {
  readonly model: string;
  readonly serial: string | null;
  readonly guid: string | null;
}

/** What the CMS knows of a card by how it appears. */
export interface KnownCard {
  /** Its latest row, whoever owns it, also where it is nobody's any more. */
  readonly latest: Device | undefined;
  /** Whether that row is pending, and an operation runs for it. */
  readonly isUnderWay: boolean;
  /** Whether that row was given back, and has escrows of which one may be on the card. */
  readonly hasEscrows: boolean;
  /** Whether it got its CHUID in an operation of the user's that was broken off before the CMS heard of that: there is no row yet. */
  readonly isBegun: boolean;
}

/** Cards, each with what the CMS knows of it. Takes four statements at most, however many cards there are. */
export async function readKnownCards<Card extends CardAppearance>(
  db: Database,
  user: User,
  cards: readonly Card[],
): Promise<[Card, KnownCard][]> {
  const latest = await findLatestRows(db, user, cards);
  const underWay = await findUnderWay(db, inState('pending', latest));
  const kept = await findKept(db, inState('available', latest));
  const guids = cards.flatMap(({ guid }) => guid ?? []);
  const begun = await findBegun(db, user, guids);
  return cards.map((card, place) => {
    const row = latest.get(place);
    const known = {
      latest: row,
      isUnderWay: row !== undefined && underWay.has(row.id),
      hasEscrows: row !== undefined && kept.has(row.id),
      isBegun: card.guid !== null && begun.has(card.guid),
    };
    return [card, known];
  });
}

const inState = (wanted: Device['state'], rows: ReadonlyMap<number, Device>): string[] =>
  [...rows.values()].filter(({ state }) => state === wanted).map(({ id }) => id);

/**
 * The latest row of each card, by its place. By its serial number, where it has one that can be read, else by its CHUID's GUID. A serial
 * number that nobody signed takes a device from nobody: it counts only in rows of the user's own.
 */
async function findLatestRows(
  db: Database,
  user: User,
  cards: readonly CardAppearance[],
): Promise<ReadonlyMap<number, Device>> {
  const values = cards.flatMap(({ model, serial, guid }, place) =>
    serial === null && guid === null
      ? []
      : [sql`(${place}::int, ${model}::text, ${serial}::text, ${serial === null ? guid : null}::uuid)`],
  );
  if (values.length === 0) return new Map();
  const row = aliasedTable(devices, 'row');
  const isBelieved = or(isNotNull(row.identity), eq(row.proof, 'attested'), eq(row.ownerId, user.id));
  const latest = db
    .select({ id: row.id })
    .from(row)
    .where(
      or(
        and(sql`${row.model} = card.model`, sql`${row.serial} = card.serial`, isBelieved),
        sql`${row.guid} = card.guid`,
      ),
    )
    .orderBy(desc(row.createdAt))
    .limit(1);
  const found = await db
    .select({ place: sql`card.place`.mapWith(Number), device: devices })
    .from(sql`(VALUES ${sql.join(values, sql`, `)}) AS card (place, model, serial, guid)`)
    .innerJoin(devices, sql`${devices.id} = ${latest}`);
  return new Map(found.map(({ place, device }) => [place, device]));
}

const isRunning = eq(operations.status, 'running');

/** Those of these devices for which an operation runs. */
export async function findUnderWay(db: Database, deviceIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (deviceIds.length === 0) return new Set();
  const found = await db
    .select({ deviceId: operations.deviceId })
    .from(operations)
    .where(and(isRunning, inArray(operations.deviceId, [...deviceIds])));
  return new Set(found.flatMap(({ deviceId }) => deviceId ?? []));
}

/** Those of these GUIDs that a running operation of the user's gives to its card. */
async function findBegun(db: Database, user: User, guids: readonly string[]): Promise<ReadonlySet<string>> {
  if (guids.length === 0) return new Set();
  const found = await db
    .select({ guid: operations.guid })
    .from(operations)
    .where(and(isRunning, eq(operations.userId, user.id), inArray(operations.guid, [...guids])));
  return new Set(found.map(({ guid }) => guid));
}

/** Those of these devices that have escrows of which one may be on the card. */
async function findKept(db: Database, deviceIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (deviceIds.length === 0) return new Set();
  const found = await db
    .selectDistinct({ deviceId: escrows.deviceId })
    .from(escrows)
    .where(and(inArray(escrows.deviceId, [...deviceIds]), isNull(escrows.droppedAt)));
  return new Set(found.map(({ deviceId }) => deviceId));
}
