import { CardwrightError } from '@cardwright/protocol';
import { and, eq, inArray, isNotNull, isNull, ne, sql } from 'drizzle-orm';
import type { Database } from '../store/database.js';
import { userGroups, userRoles, users, type User } from '../store/schema.js';
import { IS_OPEN, isOpen } from './standing.js';
import { ROLES, reachesOf, rolesWith, type Grant, type Role } from '../rights.js';

export { ROLES, type Grant, type Role };

/**
 * Roles that an account gets by the words of earlier versions, in which everyone could issue devices, and an operator could do everything.
 */
export const FORMER_ROLES = {
  user: ['user'],
  operator: ['user', 'operator', 'administrator'],
} as const satisfies Readonly<Record<string, readonly Role[]>>;

const GRANT = { role: userRoles.role, group: userRoles.groupName };

/** Lists the grants of a person, in a fixed order. */
export const grantsOf = async (db: Database, userId: string): Promise<Grant[]> =>
  inOrder(await db.select(GRANT).from(userRoles).where(eq(userRoles.userId, userId)));

/** Sorts grants by their roles, as `ROLES` has them, and those of a role by their groups, of which everybody comes first. */
export const inOrder = (grants: readonly Grant[]): Grant[] =>
  grants.toSorted(
    (one, other) =>
      ROLES.indexOf(one.role) - ROLES.indexOf(other.role) || (one.group ?? '').localeCompare(other.group ?? ''),
  );

/**
 * Replaces the grants of a person. The person's open sessions have the new rights from their next request on.
 *
 * @param grants the grants from now on; equal ones count once
 * @returns the former grants
 * @throws CardwrightError `LAST_ADMINISTRATOR` if nobody else would be an administrator
 */
export async function setGrants(db: Database, userId: string, grants: readonly Grant[]): Promise<Grant[]> {
  return db.transaction(async (transaction) => {
    await lockRoles(transaction);
    const before = await grantsOf(transaction, userId);
    if (isAdministrator(before) && !isAdministrator(grants)) await requireAnotherAdministrator(transaction, userId);
    return replaceGrants(transaction, userId, grants);
  });
}

/**
 * Replaces the grants of a person, whoever is left as an administrator. Returns the former grants.
 *
 * @param transaction a transaction that has called `lockRoles`
 */
export async function replaceGrants(transaction: Database, userId: string, grants: readonly Grant[]): Promise<Grant[]> {
  const before = await grantsOf(transaction, userId);
  await transaction.delete(userRoles).where(eq(userRoles.userId, userId));
  await insertGrants(transaction, userId, grants);
  return before;
}

/** Adds grants to a new person, who has none. */
export async function insertGrants(db: Database, userId: string, grants: readonly Grant[]): Promise<void> {
  const rows = grants.map(({ role, group: groupName }) => ({ userId, role, groupName }));
  if (rows.length > 0) await db.insert(userRoles).values(rows).onConflictDoNothing();
}

const isAdministrator = (grants: readonly Grant[]): boolean => reachesOf(grants).has('change-roles');

/**
 * Lets one transaction at a time change roles and groups. A transaction that calls `requireAnotherAdministrator` calls this function first:
 * otherwise two administrators could remove each other at the same moment.
 */
export async function lockRoles(transaction: Database): Promise<void> {
  await transaction.execute(sql`LOCK TABLE ${userRoles} IN SHARE ROW EXCLUSIVE MODE`);
}

/**
 * Requires that someone else is an administrator, before a person stops being one.
 *
 * @param transaction a transaction that has called `lockRoles`
 * @throws CardwrightError `LAST_ADMINISTRATOR`
 */
export async function requireAnotherAdministrator(transaction: Database, userId: string): Promise<void> {
  if (!(await hasAnotherAdministrator(transaction, userId))) throw new CardwrightError('LAST_ADMINISTRATOR');
}

/**
 * Resolves with true if a person is the only administrator who can sign in with a password. Without one, nobody could let anyone in once an identity
 * provider fails.
 *
 * @param transaction a transaction that has called `lockRoles`
 */
export const isLastAdministrator = async (transaction: Database, user: User): Promise<boolean> =>
  user.passwordHash !== null &&
  isOpen(user) &&
  isAdministrator(await grantsOf(transaction, user.id)) &&
  !(await hasAnotherAdministrator(transaction, user.id));

async function hasAnotherAdministrator(transaction: Database, userId: string): Promise<boolean> {
  const [other] = await transaction
    .select({ id: users.id })
    .from(userRoles)
    .innerJoin(users, eq(users.id, userRoles.userId))
    .where(
      and(
        inArray(userRoles.role, rolesWith('change-roles')),
        isNull(userRoles.groupName),
        ne(users.id, userId),
        isNotNull(users.passwordHash),
        IS_OPEN,
      ),
    )
    .limit(1);
  return other !== undefined;
}

/** Lists the groups of people to which a person belongs, in alphabetical order. */
export async function groupsOf(db: Database, userId: string): Promise<string[]> {
  const rows = await db.select({ name: userGroups.groupName }).from(userGroups).where(eq(userGroups.userId, userId));
  return rows.map(({ name }) => name).sort();
}

/** Lists those of some groups of people that nobody is in, each once. */
export async function emptyGroupsOf(db: Database, groups: readonly string[]): Promise<string[]> {
  if (groups.length === 0) return [];
  const rows = await db
    .selectDistinct({ name: userGroups.groupName })
    .from(userGroups)
    .where(inArray(userGroups.groupName, [...groups]));
  const filled = new Set(rows.map(({ name }) => name));
  return [...new Set(groups)].filter((group) => !filled.has(group));
}

/**
 * Puts a person into groups, and takes them out of all others. Who has a role for a group reaches this person from the next request on.
 *
 * @returns the former groups
 */
export async function setGroups(db: Database, userId: string, groups: readonly string[]): Promise<string[]> {
  return db.transaction(async (transaction) => {
    await lockRoles(transaction);
    return replaceGroups(transaction, userId, groups);
  });
}

/**
 * Puts a person into groups, and takes them out of all others. Returns the former groups.
 *
 * @param transaction a transaction that has called `lockRoles`
 */
export async function replaceGroups(
  transaction: Database,
  userId: string,
  groups: readonly string[],
): Promise<string[]> {
  const before = await groupsOf(transaction, userId);
  await transaction.delete(userGroups).where(eq(userGroups.userId, userId));
  const rows = groups.map((groupName) => ({ userId, groupName }));
  if (rows.length > 0) await transaction.insert(userGroups).values(rows).onConflictDoNothing();
  return before;
}
