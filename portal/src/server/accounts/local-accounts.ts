import { isCardwrightError } from '@cardwright/protocol';
import { and, asc, eq, gt, inArray, isNull, notInArray } from 'drizzle-orm';
import { record, type PortalEvent } from '../audit.js';
import { isBound } from './bound.js';
import type { Database } from '../store/database.js';
import { OVER } from '../store/device-list.js';
import {
  devices,
  passwordLinks,
  signInPasskeys,
  userIdentities,
  userRoles,
  users,
  type User,
} from '../store/schema.js';
import { insertAccount, type NewAccount } from './accounts.js';
import { changeRoles } from './change-roles.js';
import { noteLeft, noteReturned } from './leaving.js';
import { noteConfirmed, noteTaken, type Actor } from './power-acts.js';
import { makeLink, type PasswordLink } from './password-links.js';
import { inOrder, isLastAdministrator, lockRoles, type Grant } from './roles.js';
import { endSessions } from './session-ends.js';
import { lockAccount } from './standing.js';
import { windowsColumns } from './windows-names.js';

/** The reasons for which an account stays as it is. */
export const ACCOUNT_REFUSALS = [
  'unknown',
  'name-taken',
  'windows-name-taken',
  'last-administrator',
  'has-devices',
  'disabled',
  'deleted',
  'not-local',
  'not-independent',
] as const;
export type AccountRefusal = (typeof ACCOUNT_REFUSALS)[number];

/** A refusal, or null with the link that was made, if one was. */
export interface AccountOutcome {
  readonly refusal: AccountRefusal | null;
  readonly link: PasswordLink | null;
}

const refused = (refusal: AccountRefusal): AccountOutcome => ({ refusal, link: null });
const DONE: AccountOutcome = { refusal: null, link: null };

/** State of an account: `no-password` if its owner has not set one yet, and `elsewhere` if a provider or directory signs its owner in. */
export const ACCOUNT_STATES = ['active', 'no-password', 'elsewhere', 'disabled'] as const;
export type AccountState = (typeof ACCOUNT_STATES)[number];

/** An account, for administrators. */
export interface ListedAccount extends Pick<User, 'id' | 'username' | 'displayName' | 'createdAt' | 'isDemo'> {
  readonly grants: readonly Grant[];
  readonly state: AccountState;
}

/**
 * Lists at most `limit` accounts by their names. Deleted accounts are left out.
 *
 * @param after name of the last account on the previous page; empty for the first page
 */
export async function listAccounts(db: Database, limit: number, after = ''): Promise<ListedAccount[]> {
  const rows = await db
    .select()
    .from(users)
    .where(and(isNull(users.deletedAt), gt(users.username, after)))
    .orderBy(asc(users.username))
    .limit(limit);
  const ids = rows.map(({ id }) => id);
  const bound =
    ids.length === 0 ? [] : await db.select().from(userIdentities).where(inArray(userIdentities.userId, ids));
  const isElsewhere = (id: string): boolean => bound.some(({ userId }) => userId === id);
  const roles = ids.length === 0 ? [] : await db.select().from(userRoles).where(inArray(userRoles.userId, ids));
  const grantsOf = (id: string): Grant[] =>
    inOrder(roles.filter(({ userId }) => userId === id).map(({ role, groupName: group }) => ({ role, group })));
  return rows.map((user) => ({
    id: user.id,
    username: user.username,
    displayName: user.displayName,
    grants: grantsOf(user.id),
    createdAt: user.createdAt,
    isDemo: user.isDemo,
    state: stateOf(user, isElsewhere(user.id)),
  }));
}

function stateOf({ disabledAt, passwordHash }: User, isElsewhere: boolean): AccountState {
  if (disabledAt !== null) return 'disabled';
  if (isElsewhere) return 'elsewhere';
  return passwordHash === null ? 'no-password' : 'active';
}

/** Returns the id of the account with a name, a deleted one too. Returns undefined if no account has the name. */
export async function findIdOf(db: Database, username: string): Promise<string | undefined> {
  const [user] = await db.select({ id: users.id }).from(users).where(eq(users.username, username));
  return user?.id;
}

/**
 * Adds an account. The names of deleted accounts are taken, because devices and the audit log name their owners.
 *
 * @param passwordHash null for an account whose owner sets a password by the returned link
 * @param by the administrator, or the server
 */
export const addAccount = (
  db: Database,
  account: Omit<NewAccount, 'password'>,
  passwordHash: string | null,
  by: Actor,
): Promise<AccountOutcome> =>
  db.transaction(async (transaction) => {
    const made = await insertAccount(transaction, account, passwordHash, by);
    if (typeof made === 'string') return refused(made);
    const { id } = made;
    const { username, role } = account;
    const detail = { username, role: [role].flat().join(', ') };
    await record(transaction, { actor: by.username, event: 'account.added', personId: id, detail });
    return passwordHash === null
      ? { refusal: null, link: await makeLink(transaction, { id, username }, by.username) }
      : DONE;
  });

/** Makes a link by which the owner of an account sets another password. See `makeLink`. */
export const resetPassword = (db: Database, id: string, by: Actor): Promise<AccountOutcome> =>
  db.transaction(async (transaction) => {
    const user = await lockAccount(transaction, id);
    const problem = standingProblem(user);
    if (!user || problem !== null) return refused(problem ?? 'unknown');
    if (user.disabledAt !== null) return refused('disabled');
    if (await isBound(transaction, user)) return refused('not-local');
    await noteTaken(transaction, id, by, 'password-link.made');
    return { refusal: null, link: await makeLink(transaction, user, by.username) };
  });

/** Disables an account: its sessions end, its link no longer works, and nobody signs in to it. Its person counts as someone who left. */
export const disableAccount = (db: Database, id: string, by: Actor): Promise<AccountOutcome> =>
  changeAccount(
    db,
    id,
    {
      by,
      event: 'account.disabled',
      takesAway: true,
      leaving: (transaction) => noteLeft(transaction, id, 'disabled', by.username),
      isDone: ({ disabledAt }) => disabledAt !== null,
    },
    { disabledAt: new Date() },
  );

/** Enables an account that was disabled. No session of before lives again. Whoever left in another way too comes back by signing in. */
export const enableAccount = (db: Database, id: string, by: Actor): Promise<AccountOutcome> =>
  changeAccount(
    db,
    id,
    {
      by,
      event: 'account.enabled',
      takesAway: false,
      leaving: async (transaction, user) => {
        await noteTaken(transaction, id, by, 'account.enabled');
        if (user.leftBecause === 'disabled') await noteReturned(transaction, user, by.username);
      },
      isDone: ({ disabledAt }) => disabledAt === null,
    },
    { disabledAt: null },
  );

/**
 * Deletes an account none of whose devices is in use, because no device may belong to nobody. What is known of the person is deleted, except the
 * names, by which the audit log and the records of former devices name their owner.
 */
export const deleteAccount = (db: Database, id: string, by: Actor): Promise<AccountOutcome> =>
  changeAccount(
    db,
    id,
    {
      by,
      event: 'account.deleted',
      takesAway: true,
      mayHaveDevices: false,
      leaving: (transaction) => noteLeft(transaction, id, 'deleted', by.username),
      isDone: () => false,
    },
    { deletedAt: new Date(), passwordHash: null, email: null, ...windowsColumns({}), language: null, isDemo: false },
  );

/**
 * Says that an account is its owner's, so that it is in nobody else's hands any more. Two people who are independent of each other have to say so, or one
 * in whose hands it was not; the server alone can.
 */
export const confirmAccount = (db: Database, id: string, by: Actor): Promise<AccountOutcome> =>
  db.transaction(async (transaction) => {
    const user = await lockAccount(transaction, id);
    const problem = standingProblem(user);
    if (!user || problem !== null) return refused(problem ?? 'unknown');
    return (await noteConfirmed(transaction, user, by)) ? DONE : refused('not-independent');
  });

/** Replaces the roles of an account, and ends its sessions. */
export const replaceRoles = (db: Database, id: string, grants: readonly Grant[], by: Actor): Promise<AccountOutcome> =>
  db
    .transaction(async (transaction) => {
      await lockRoles(transaction);
      const user = await lockAccount(transaction, id);
      const problem = standingProblem(user);
      if (!user || problem !== null) return refused(problem ?? 'unknown');
      if (await isBound(transaction, user)) return refused('not-local');
      await changeRoles(transaction, user, grants, by);
      await endSessions(transaction, { userId: id, actor: by.username, reason: 'role-changed' });
      return DONE;
    })
    .catch((error: unknown) => {
      if (isCardwrightError(error) && error.code === 'LAST_ADMINISTRATOR') return refused('last-administrator');
      throw error;
    });

/** The change of an account, and who makes it. */
interface Change {
  readonly by: Actor;
  readonly event: PortalEvent;
  /** True if the account cannot be used afterwards. */
  readonly takesAway: boolean;
  readonly mayHaveDevices?: boolean;
  /** Notes that the person left, or is back. */
  readonly leaving: (transaction: Database, user: User) => Promise<void>;
  /** Returns true if the account is as it should be, so that nothing is changed. */
  readonly isDone: (user: User) => boolean;
}

const changeAccount = (
  db: Database,
  id: string,
  { by, event, takesAway, mayHaveDevices = true, leaving, isDone }: Change,
  values: Partial<User>,
): Promise<AccountOutcome> =>
  db.transaction(async (transaction) => {
    await lockRoles(transaction);
    const user = await lockAccount(transaction, id);
    const problem = standingProblem(user);
    if (!user || problem !== null) return refused(problem ?? 'unknown');
    if (isDone(user)) return DONE;
    if (takesAway && (await isLastAdministrator(transaction, user))) return refused('last-administrator');
    if (!mayHaveDevices && (await countDevices(transaction, id)) > 0) return refused('has-devices');
    await transaction.update(users).set(values).where(eq(users.id, id));
    await endSessions(transaction, { userId: id, actor: by.username, reason: 'account-changed' });
    await transaction.delete(passwordLinks).where(eq(passwordLinks.userId, id));
    if (values.deletedAt) await transaction.delete(signInPasskeys).where(eq(signInPasskeys.userId, id));
    await record(transaction, { actor: by.username, event, personId: id, detail: { username: user.username } });
    await leaving(transaction, user);
    return DONE;
  });

/** Returns why an account cannot be changed at all; null if it can. */
function standingProblem(user: User | undefined): AccountRefusal | null {
  if (!user) return 'unknown';
  return user.deletedAt === null ? null : 'deleted';
}

/** Returns the number of a person's devices that are not over. */
export const countDevices = (db: Database, ownerId: string): Promise<number> =>
  db.$count(devices, and(eq(devices.ownerId, ownerId), notInArray(devices.state, [...OVER])));
