import { asc } from 'drizzle-orm';
import { record } from '../audit.js';
import type { Database } from '../store/database.js';
import { powerActs } from '../store/schema.js';
import { Independence, type PowerAct } from './independence.js';
import { grantsOf } from './roles.js';

/** Who changes an account: a person, or the server itself (`THE_SERVER`). */
export interface Actor {
  /** Null for the server, which puts an account into nobody's hands. */
  readonly id: string | null;
  /** Name in the audit log. */
  readonly username: string;
}

/** Whoever gives a command on the server. */
export const THE_SERVER: Actor = { id: null, username: 'command line' };

/** What puts an account into someone's hands. */
export type Taking = 'account.enabled' | 'roles.changed' | 'password-link.made' | 'second-factor.removed';

/**
 * Notes who has made an account.
 *
 * @param db the transaction that makes it
 */
export const noteMade = (db: Database, subjectId: string, { id }: Actor): Promise<void> =>
  id === null
    ? noteAppointed(db, subjectId, 'server')
    : insert(db, { kind: 'made', what: 'account.added', subjectId, actorId: id });

/**
 * Notes that an account came into the hands of whoever changes it. The server's changes put it into nobody's.
 *
 * @param db the transaction that changes it
 */
export async function noteTaken(db: Database, subjectId: string, { id }: Actor, what: Taking): Promise<void> {
  if (id !== null && id !== subjectId) await insert(db, { kind: 'taken', what, subjectId, actorId: id });
}

/**
 * Notes that someone took the last second factor of an account with power: after that, the password alone gives the power to whoever knows it. An account
 * without power has nothing that a second factor protects.
 *
 * @param db the transaction that takes it
 */
export async function noteFactorTaken(db: Database, subjectId: string, by: Actor): Promise<void> {
  if ((await grantsOf(db, subjectId)).some(({ role }) => role !== 'user'))
    await noteTaken(db, subjectId, by, 'second-factor.removed');
}

/** Notes that the server or an identity provider says that an account is its owner's. */
export const noteAppointed = (db: Database, subjectId: string, what: 'server' | 'provider'): Promise<void> =>
  insert(db, { kind: 'appointed', what, subjectId });

/**
 * Notes that someone says that an account is its owner's, if that counts. Returns false, and notes nothing, if it does not.
 *
 * @param db a transaction that has locked the account
 */
export async function noteConfirmed(
  db: Database,
  { id, username }: { readonly id: string; readonly username: string },
  by: Actor,
): Promise<boolean> {
  if (by.id === null) await noteAppointed(db, id, 'server');
  else {
    if (!(await readIndependence(db)).mayConfirm(id, by.id)) return false;
    await insert(db, { kind: 'confirmed', what: 'account.confirmed', subjectId: id, actorId: by.id });
  }
  await record(db, { actor: by.username, event: 'account.confirmed', personId: id, detail: { username } });
  return true;
}

/**
 * Reads what is known of all accounts. A number is drawn for each act when it is noted, so that an act which someone can do only because of another has a
 * higher number, whichever process notes it.
 */
export async function readIndependence(db: Database): Promise<Independence> {
  const rows = await db.select().from(powerActs).orderBy(asc(powerActs.id));
  return new Independence(rows.map(actOf));
}

type Row = typeof powerActs.$inferSelect;

function actOf({ kind, subjectId: subject, actorId, proposalId }: Row): PowerAct {
  if (kind === 'appointed') return { kind, subject };
  if (kind === 'proposed') return { kind, subject, proposal: proposalId ?? '' };
  // The table has an actor in each such row. Without one, the account would be in its own hands.
  if (actorId === null) throw new Error(`an act without an actor: ${kind}`);
  return { kind, subject, by: actorId };
}

async function insert(db: Database, row: typeof powerActs.$inferInsert): Promise<void> {
  await db.insert(powerActs).values(row);
}
