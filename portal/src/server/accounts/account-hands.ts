import { inArray } from 'drizzle-orm';
import type { Grant } from '../rights.js';
import type { Database } from '../store/database.js';
import { users } from '../store/schema.js';
import { UNKNOWN } from './independence.js';
import { readIndependence } from './power-acts.js';

/** In whose hands an account is. */
export interface AccountHands {
  /** User names of the others in whose hands it is; empty if it is in its owner's alone, or has no power. */
  readonly hands: readonly string[];
  /** Set if it counts when the reader says that it is its owner's. */
  readonly mayConfirm: boolean;
}

/** Adds to accounts in whose hands they are. @param reader id of the administrator who reads it */
export async function withHands<A extends { readonly id: string; readonly grants: readonly Grant[] }>(
  db: Database,
  accounts: readonly A[],
  reader: string,
): Promise<(A & AccountHands)[]> {
  const independence = await readIndependence(db);
  const handsOn = (one: A): string[] =>
    one.grants.some(({ role }) => role !== 'user') ? independence.handsOn(one.id) : [];
  const nameOf = await namesOf(db, accounts.flatMap(handsOn));
  return accounts.map((one) => ({
    ...one,
    hands: handsOn(one).map(nameOf),
    mayConfirm: handsOn(one).length > 0 && independence.mayConfirm(one.id, reader),
  }));
}

/** Returns a function that returns the user name of an account. An account of which nothing is known is called `?`. */
export async function namesOf(db: Database, ids: readonly string[]): Promise<(id: string) => string> {
  const known = ids.filter((id) => id !== UNKNOWN);
  const rows =
    known.length === 0
      ? []
      : await db.select({ id: users.id, username: users.username }).from(users).where(inArray(users.id, known));
  const names = new Map(rows.map(({ id, username }) => [id, username]));
  return (id) => names.get(id) ?? '?';
}
