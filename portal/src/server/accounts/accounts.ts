import { randomUUID } from 'node:crypto';
import { text } from '@cardwright/protocol/schemas';
import { and, eq, ne } from 'drizzle-orm';
import * as v from 'valibot';
import type { Database } from '../store/database.js';
import { users, type User } from '../store/schema.js';
import { hashPassword, isPassword } from './password.js';

const SID = /^S-1-\d+(-\d+){1,14}$/;
const MIN_PASSWORD_LENGTH = 8;

/** Schema of an account as an administrator writes it in the settings. */
export const newAccount = v.strictObject({
  username: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9._-]{0,63}$/)),
  password: v.pipe(v.string(), v.minLength(MIN_PASSWORD_LENGTH), v.maxLength(200)),
  displayName: v.pipe(text(64), v.minLength(1)),
  role: v.picklist(['user', 'operator']),
  email: v.optional(v.pipe(text(200), v.email())),
  /** User principal name, for Windows sign-in. */
  upn: v.optional(v.pipe(text(200), v.regex(/^[^@\s]+@[^@\s]+$/))),
  /** Windows security identifier. */
  sid: v.optional(v.pipe(text(184), v.regex(SID))),
});
export type NewAccount = v.InferOutput<typeof newAccount>;

export const demoAccounts = v.pipe(v.array(newAccount), v.maxLength(100));

/** Adds an account. Changes nothing if the name is taken. */
export async function createAccount(db: Database, { password, ...account }: NewAccount): Promise<void> {
  const [existing] = await db.select({ id: users.id }).from(users).where(eq(users.username, account.username));
  if (existing) return;
  const passwordHash = await hashPassword(password);
  await db
    .insert(users)
    .values({ id: randomUUID(), ...account, passwordHash })
    .onConflictDoNothing();
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

/** Resolves with true if no other user is an operator. */
export async function isOnlyOperator(db: Database, { id }: Pick<User, 'id'>): Promise<boolean> {
  const others = await db
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.role, 'operator'), ne(users.id, id)))
    .limit(1);
  return others.length === 0;
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

/**
 * Resolves with true if a password is the user's. Nothing is the password of a user who has none. The caller must limit the tries with
 * `limitPasswordTries`.
 */
export const verifyPassword = async (user: User, password: string): Promise<boolean> =>
  isPassword(password, user.passwordHash ?? (await NOBODY));
