import { randomUUID } from 'node:crypto';
import { and, eq } from 'drizzle-orm';
import { findById } from '../accounts/accounts.js';
import { noteLeft, noteReturned } from '../accounts/leaving.js';
import { noteAppointed } from '../accounts/power-acts.js';
import { grantsOf, insertGrants, lockRoles, replaceGrants, replaceGroups } from '../accounts/roles.js';
import { endSessions } from '../accounts/session-ends.js';
import { isOpen, lockAccount } from '../accounts/standing.js';
import { findByWindowsNames, windowsColumns } from '../accounts/windows-names.js';
import { record } from '../audit.js';
import { namesOf } from '../rights.js';
import type { Database } from '../store/database.js';
import { userIdentities, users, type User } from '../store/schema.js';
import { isUniqueViolation } from '../store/unique-violation.js';
import type { ProvenPerson } from './proven-person.js';
import type { Standing } from './standing-by-groups.js';

/**
 * Returns the account that is bound to a person's issuer and subject, with the person's present details, roles and groups. Makes the account if there
 * is none. The user name of an account stays as it was first given, because the audit log names people by it.
 *
 * Returns `taken` and changes nothing if the user name, the UPN or the SID belongs to another account. An equal name never finds an account, so
 * nobody takes over an account by being renamed at a provider. Returns `closed` if the account was disabled or deleted here.
 */
export async function accountOf(
  db: Database,
  person: ProvenPerson,
  standing: Standing,
): Promise<User | 'taken' | 'closed'> {
  const { displayName, email } = person;
  const details = { displayName, email, ...windowsColumns(person) };
  // The second round finds the account that a concurrent sign-in has made, of the same person or of another one with the same UPN or SID.
  for (let round = 0; round < 2; round++) {
    const found = await unlessTakenMeanwhile(db, async (transaction) => {
      const known = await findBound(transaction, person);
      if (known && !isOpen(known)) return 'closed';
      const holder = await findByWindowsNames(transaction, person);
      if (holder !== undefined && holder !== known?.id) return 'taken';
      if (known) {
        if (await setStanding(transaction, known.id, standing))
          await endSessions(transaction, { userId: known.id, actor: 'portal', reason: 'role-changed' });
        return welcome(transaction, known.id, person);
      }
      const [user] = await transaction
        .insert(users)
        .values({ id: randomUUID(), username: person.username, passwordHash: null, ...details })
        .onConflictDoNothing()
        .returning();
      if (!user) return undefined;
      const { issuer, subject } = person;
      await transaction.insert(userIdentities).values({ issuer, subject, userId: user.id, askedAt: new Date() });
      await noteAppointed(transaction, user.id, 'provider');
      await insertGrants(transaction, user.id, standing.grants);
      await replaceGroups(transaction, user.id, standing.groups);
      const detail = { username: user.username, role: namesOf(standing.grants) };
      await record(transaction, { actor: 'portal', event: 'account.added', personId: user.id, detail });
      return user;
    });
    if (found) return found;
  }
  return 'taken';
}

/**
 * Notes that a person whom an issuer has proved is here, also one who had left, and returns the account with the present details.
 *
 * @param transaction a transaction that has called `lockRoles`
 */
async function welcome(
  transaction: Database,
  id: string,
  { issuer, subject, displayName, email, upn, sid }: ProvenPerson,
): Promise<User | 'closed'> {
  const locked = await lockAccount(transaction, id);
  if (!locked || !isOpen(locked)) return 'closed';
  await noteReturned(transaction, locked);
  await transaction
    .update(userIdentities)
    .set({ askedAt: new Date() })
    .where(and(eq(userIdentities.issuer, issuer), eq(userIdentities.subject, subject)));
  const [user] = await transaction
    .update(users)
    .set({ displayName, email, ...windowsColumns({ upn, sid }) })
    .where(eq(users.id, id))
    .returning();
  return user ?? 'closed';
}

/**
 * Gives a person the roles and groups that a provider says, and records a change of roles. Nobody has to stay an administrator for that: the last one
 * who signs in with a password never comes from a provider.
 *
 * @param transaction a transaction
 * @returns true if the roles are others than before
 */
export async function setStanding(
  transaction: Database,
  userId: string,
  { grants, groups }: Standing,
): Promise<boolean> {
  await lockRoles(transaction);
  const before = namesOf(await replaceGrants(transaction, userId, grants));
  await replaceGroups(transaction, userId, groups);
  const after = namesOf(await grantsOf(transaction, userId));
  if (before === after) return false;
  await noteAppointed(transaction, userId, 'provider');
  const user = await findById(transaction, userId);
  const detail = { username: user?.username ?? null, before, after };
  await record(transaction, { actor: 'portal', event: 'roles.changed', personId: userId, detail });
  return true;
}

/**
 * Notes that a person whom an issuer has proved has no role here any more, and ends the person's sessions. Does nothing about a person whom the portal
 * does not know.
 */
export const noteWithoutRole = (db: Database, person: Pick<ProvenPerson, 'issuer' | 'subject'>): Promise<void> =>
  db.transaction(async (transaction) => {
    const known = await findBound(transaction, person);
    if (!known) return;
    await setStanding(transaction, known.id, { grants: [], groups: [] });
    await endSessions(transaction, { userId: known.id, actor: 'portal', reason: 'refused-by-provider' });
    await noteLeft(transaction, known.id, 'no-role');
  });

/** Returns the user who is bound to an issuer and subject; undefined if nobody is. */
export async function findBound(
  db: Database,
  { issuer, subject }: Pick<ProvenPerson, 'issuer' | 'subject'>,
): Promise<User | undefined> {
  const [row] = await db
    .select({ user: users })
    .from(userIdentities)
    .innerJoin(users, eq(users.id, userIdentities.userId))
    .where(and(eq(userIdentities.issuer, issuer), eq(userIdentities.subject, subject)));
  return row?.user;
}

/** Does work in a transaction. Returns undefined, and changes nothing, if another transaction has taken a name meanwhile that two people cannot have. */
const unlessTakenMeanwhile = <T>(db: Database, work: (transaction: Database) => Promise<T>): Promise<T | undefined> =>
  db.transaction(work).catch((error: unknown) => {
    if (isUniqueViolation(error)) return undefined;
    throw error;
  });
