import { randomUUID } from 'node:crypto';
import { visibleName } from '@cardwright/cms/devices';
import { and, eq } from 'drizzle-orm';
import * as v from 'valibot';
import { log } from '../log/log.js';
import type { Database } from '../store/database.js';
import { users, type User } from '../store/schema.js';
import { noteMade, THE_SERVER, type Actor } from './power-acts.js';
import { DEMO_COST, isPassword, Passwords } from './password.js';
import { FORMER_ROLES, insertGrants, ROLES, type Role } from './roles.js';
import { isOpen } from './standing.js';
import { sidKey, upnKey, windowsColumns } from './windows-names.js';

/** A SID in text ([MS-DTYP] 2.4.2.1), each number in its only form. */
const SID = /^S-1-(?:0|[1-9]\d*)(?:-(?:0|[1-9]\d*)){1,14}$/;
/** Minimum length of a demo account's password. People who set a password themselves need more (`weaknessOf`). */
const MIN_DEMO_LENGTH = 8;

/** Names that the audit log gives to actors who are no users. It also names `command line`, which no user name can be. */
const NO_USERS: readonly string[] = ['portal', 'anonymous'];

/** Action of a schema that refuses the names of actors who are no users. */
export const isUser = v.check<string, string>(
  (name) => !NO_USERS.includes(name),
  'expected another name: the audit log has this one for itself',
);

/** Schema of the name of a local account, also of one that is older than `isUser`. */
export const accountName = v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9._-]{0,63}$/));

/**
 * Makes the schema of a text that stands for a person in certificates, on screens or in a directory. Every character can be seen, and letters are plain
 * ones, so that nobody passes for another person by characters that look alike or like nothing.
 */
const personal = (longest: number) => visibleName(longest, 'NFKC');

/** Schema of an account as an administrator writes it in the settings. */
export const newAccount = v.strictObject({
  username: v.pipe(accountName, isUser),
  password: v.pipe(v.string(), v.minLength(MIN_DEMO_LENGTH), v.maxLength(200)),
  displayName: personal(64),
  /** A list of roles, each for everybody; or one of the words of earlier versions (`FORMER_ROLES`). */
  role: v.union([v.picklist(['user', 'operator']), v.array(v.picklist(ROLES))]),
  email: v.optional(v.pipe(personal(200), v.email())),
  /** User principal name, for Windows sign-in. */
  upn: v.optional(v.pipe(personal(200), v.regex(/^[^@\s]+@[^@\s]+$/))),
  /** Windows security identifier. */
  sid: v.optional(v.pipe(v.string(), v.maxLength(184), v.regex(SID))),
});
export type NewAccount = v.InferOutput<typeof newAccount>;

const areDistinct = (values: readonly (string | undefined)[]): boolean => {
  const given = values.filter((value) => value !== undefined);
  return new Set(given).size === given.length;
};

export const demoAccounts = v.pipe(
  v.array(newAccount),
  v.maxLength(100),
  v.check((all) => areDistinct(all.map(({ upn }) => upn && upnKey(upn))), 'expected different UPNs'),
  v.check((all) => areDistinct(all.map(({ sid }) => sid && sidKey(sid))), 'expected different SIDs'),
);

/** Returns the roles of a new account. */
const rolesOf = ({ role }: Pick<NewAccount, 'role'>): readonly Role[] =>
  typeof role === 'string' ? FORMER_ROLES[role] : role;

/** Adds an account of the settings. Changes nothing if the name is taken. Logs that, and changes nothing, if the UPN or SID is another account's. */
export async function createDemoAccount(db: Database, account: NewAccount): Promise<void> {
  const [existing] = await db.select({ id: users.id }).from(users).where(eq(users.username, account.username));
  if (existing) return;
  const passwordHash = await new Passwords(DEMO_COST).hash(account.password);
  const made = await db.transaction((transaction) =>
    insertAccount(transaction, { ...account, isDemo: true }, passwordHash, THE_SERVER),
  );
  if (made === 'windows-name-taken')
    log.warn('A demo account is not made: another account has its UPN or SID.', { reason: account.username });
}

/** Why an account was not made: another one has the user name, or the UPN or SID. */
export type NameRefusal = 'name-taken' | 'windows-name-taken';

/** Adds an account with its roles, and returns its id. Returns the reason, and changes nothing, if a name is taken. */
export async function insertAccount(
  transaction: Database,
  {
    username,
    displayName,
    email,
    upn,
    sid,
    isDemo = false,
    ...account
  }: Omit<NewAccount, 'password'> & { readonly isDemo?: boolean },
  passwordHash: string | null,
  by: Actor,
): Promise<{ readonly id: string } | NameRefusal> {
  const id = randomUUID();
  const made = await transaction
    .insert(users)
    .values({ id, username, displayName, email, ...windowsColumns({ upn, sid }), isDemo, passwordHash })
    .onConflictDoNothing()
    .returning({ id: users.id });
  if (made.length === 0) {
    const [named] = await transaction.select({ id: users.id }).from(users).where(eq(users.username, username));
    return named ? 'name-taken' : 'windows-name-taken';
  }
  await insertGrants(
    transaction,
    id,
    rolesOf(account).map((role) => ({ role, group: null })),
  );
  await noteMade(transaction, id, by);
  return { id };
}

/** Returns the user with an id. Returns undefined if no user has this id. */
export async function findById(db: Database, id: string): Promise<User | undefined> {
  const [user] = await db.select().from(users).where(eq(users.id, id));
  return user;
}

/**
 * Sets the language of a user's pages.
 *
 * @param language null for the language of the browser
 */
export async function chooseUserLanguage(db: Database, id: string, language: string | null): Promise<void> {
  await db.update(users).set({ language }).where(eq(users.id, id));
}

/**
 * Returns the user with this name and password. Returns undefined if the name or the password is wrong, or the account is disabled. Its hash is
 * replaced if new hashes cost more. The caller must limit the tries with `limitPasswordTries`.
 */
export async function findByPassword(
  db: Database,
  passwords: Passwords,
  username: string,
  password: string,
): Promise<User | undefined> {
  const [named] = await db.select().from(users).where(eq(users.username, username));
  const user = named && isOpen(named) ? named : undefined;
  if (!(await passwords.isRight(password, user?.passwordHash ?? null)) || !user?.passwordHash) return undefined;
  if (passwords.isOutdated(user.passwordHash)) await rehash(db, passwords, user.id, user.passwordHash, password);
  return user;
}

/** Replaces the hash of a password, unless the password was changed meanwhile. */
async function rehash(
  db: Database,
  passwords: Passwords,
  id: string,
  outdated: string,
  password: string,
): Promise<void> {
  const passwordHash = await passwords.hash(password);
  await db
    .update(users)
    .set({ passwordHash })
    .where(and(eq(users.id, id), eq(users.passwordHash, outdated)));
}

/**
 * Resolves with true if a password is the user's. Nothing is the password of a user who has none. The caller must limit the tries with
 * `limitPasswordTries`.
 */
export const verifyPassword = (user: User, password: string): Promise<boolean> =>
  isPassword(password, user.passwordHash);
