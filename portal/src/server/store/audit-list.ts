import { and, desc, eq, getTableColumns, gte, inArray, lt, or, sql, type SQL } from 'drizzle-orm';
import type { Reach } from '../rights.js';
import type { Database } from './database.js';
import { reachesEntry } from './reach.js';
import { audit, users, type User } from './schema.js';

/** Choice of entries of the audit log. All given members must fit. */
export interface AuditFilter {
  /** User name of the person who acted, or whose account an entry is about. */
  readonly person?: string;
  readonly event?: string;
  /** Address, or network with its number of bits. */
  readonly address?: string;
  /** Id of the request that caused an entry. */
  readonly request?: string;
  /** Time of the first entry. */
  readonly from?: Date;
  /** Time before which the last entry was written. */
  readonly to?: Date;
}

const columns = { ...getTableColumns(audit), person: users.username };

/** An entry of the audit log, with the user name of the account that it is about (`person`). */
export type ShownEntry = typeof audit.$inferSelect & { readonly person: string | null };

/**
 * Lists at most `limit` entries that a right reaches and that fit a filter, newest first.
 *
 * @param before id of the last entry on the previous page; undefined for the first page
 */
export const listAudit = (
  db: Database,
  reach: Reach,
  limit: number,
  before: number | undefined,
  filter: AuditFilter = {},
): Promise<ShownEntry[]> =>
  db
    .select(columns)
    .from(audit)
    .leftJoin(users, eq(users.id, audit.personId))
    .where(
      and(
        before === undefined ? undefined : lt(audit.id, before),
        reachesEntry(db, reach),
        ...conditionsOf(db, filter),
      ),
    )
    .orderBy(desc(audit.id))
    .limit(limit);

function conditionsOf(db: Database, { person, event, address, request, from, to }: AuditFilter): (SQL | undefined)[] {
  const account = (name: string) => db.select({ id: users.id }).from(users).where(eq(users.username, name));
  return [
    person === undefined ? undefined : or(eq(audit.actor, person), inArray(audit.personId, account(person))),
    event === undefined ? undefined : eq(audit.event, event),
    address === undefined ? undefined : sql`${audit.address} <<= ${address}::inet`,
    request === undefined ? undefined : eq(audit.requestId, request),
    from && gte(audit.at, from),
    to && lt(audit.at, to),
  ];
}

/** Number of entries that are read at once for a file. */
const PIECE = 1000;

/** Yields all entries that a right reaches and that fit a filter in pieces, newest first. Entries that are written meanwhile are left out. */
export async function* allEntries(
  db: Database,
  reach: Reach,
  filter: AuditFilter,
): AsyncGenerator<readonly ShownEntry[]> {
  let before: number | undefined;
  for (;;) {
    const entries = await listAudit(db, reach, PIECE, before, filter);
    if (entries.length > 0) yield entries;
    before = entries.at(-1)?.id;
    if (entries.length < PIECE) return;
  }
}

/** What the audit log says of an account, as its person reads it. */
export interface OwnAccess extends Pick<ShownEntry, 'id' | 'at' | 'event' | 'outcome' | 'way' | 'detail'> {
  /** Address from which it was done; null if it is not known, or if someone else has done it, whose address is none of the person's business. */
  readonly address: ShownEntry['address'];
  /** Who acted: the person, someone who was not signed in, the portal itself, or someone else. */
  readonly by: 'you' | 'anonymous' | 'portal' | 'other';
  /** Set if it was done in the session of the request. */
  readonly isThisSession: boolean;
}

/** Lists a page of what the audit log says of the account of a session, newest first. `next` is the value for `before`. */
export async function listOwnAccess(
  db: Database,
  { id, user }: { readonly id: string; readonly user: Pick<User, 'id' | 'username'> },
  limit: number,
  before: number | undefined,
): Promise<{ readonly entries: readonly OwnAccess[]; readonly next: number | null }> {
  const found = await db
    .select()
    .from(audit)
    .where(and(eq(audit.personId, user.id), before === undefined ? undefined : lt(audit.id, before)))
    .orderBy(desc(audit.id))
    .limit(limit + 1);
  const rows = found.slice(0, limit);
  const entries = rows.map(({ actor, sessionId, id: entry, at, event, outcome, address, way, detail }): OwnAccess => {
    const by = actor === user.username ? 'you' : actor === 'anonymous' || actor === 'portal' ? actor : 'other';
    const isThisSession = sessionId === id;
    return { id: entry, at, event, outcome, address: by === 'other' ? null : address, way, detail, by, isThisSession };
  });
  return { entries, next: found.length > limit ? (rows.at(-1)?.id ?? null) : null };
}
