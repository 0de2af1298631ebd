import { randomUUID } from 'node:crypto';
import { text } from '@cardwright/protocol/schemas';
import { eq } from 'drizzle-orm';
import * as v from 'valibot';
import type { Database } from '../store/database.js';
import { users, type User } from '../store/schema.js';
import { hashPassword, isPassword } from './password.js';
import { FORMER_ROLES, insertGrants, ROLES, type Role } from './roles.js';

const SID = /^S-1-\d+(-\d+){1,14}$/;
const MIN_PASSWORD_LENGTH = 8;

/** Schema of an account as an administrator writes it in the settings. */
export const newAccount = v.strictObject({
  username: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9._-]{0,63}$/)),
  password: v.pipe(v.string(), v.minLength(MIN_PASSWORD_LENGTH), v.maxLength(200)),
  displayName: v.pipe(text(64), v.minLength(1)),
  /** A list of roles, each for everybody; or one of the words of earlier versions (`FORMER_ROLES`). */
  role: v.union([v.picklist(['user', 'operator']), v.array(v.picklist(ROLES))]),
  email: v.optional(v.pipe(text(200), v.email())),
  /** User principal name, for Windows sign-in. */
  upn: v.optional(v.pipe(text(200), v.regex(/^[^@\s]+@[^@\s]+$/))),
  /** Windows security identifier. */
  sid: v.optional(v.pipe(text(184), v.regex(SID))),
});
export type NewAccount = v.InferOutput<typeof newAccount>;

export const demoAccounts = v.pipe(v.array(newAccount), v.maxLength(100));

/** Returns the roles of a new account. */
const rolesOf = ({ role }: Pick<NewAccount, 'role'>): readonly Role[] =>
  typeof role === 'string' ? FORMER_ROLES[role] : role;

/** Adds an account. Changes nothing if the name is taken. */
export async function createAccount(db: Database, account: NewAccount): Promise<void> {
  const [existing] = await db.select({ id: users.id }).from(users).where(eq(users.username, account.username));
  if (existing) return;
  const passwordHash = await hashPassword(account.password);
  await db.transaction((transaction) => insertAccount(transaction, account, passwordHash));
}

/** Adds an account with its roles, and returns its id. Returns null, and changes nothing, if the name is taken. */
export async function insertAccount(
  transaction: Database,
  { username, displayName, email, upn, sid, ...account }: NewAccount,
  passwordHash: string,
): Promise<string | null> {
  const id = randomUUID();
  const made = await transaction
    .insert(users)
    .values({ id, username, displayName, email, upn, sid, passwordHash })
    .onConflictDoNothing()
    .returning({ id: users.id });
  if (made.length === 0) return null;
  await insertGrants(
    transaction,
    id,
    rolesOf(account).map((role) => ({ role, group: null })),
  );
  return id;
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
 * Hash of a random text that nobody knows. For a name without an account, the password is checked against this hash, so that the answer takes as
 * long as for a name with an account.
 */
const NOBODY = hashPassword(randomUUID());

/**
 * Returns the user with this name and password. Returns undefined if the name or the password is wrong. The caller must limit the tries with
 * `limitPasswordTries`.
 */
export async function findByPassword(db: Database, username: string, password: string): Promise<User | undefined> {
  const [user] = await db.select().from(users).where(eq(users.username, username));
  const isRight = await isPassword(password, user?.passwordHash ?? (await NOBODY));
  return isRight ? user : undefined;
}

/** Resolves with true if a password is the user's. The caller must limit the tries with `limitPasswordTries`. */
export const verifyPassword = (user: User, password: string): Promise<boolean> =>
  isPassword(password, user.passwordHash);
