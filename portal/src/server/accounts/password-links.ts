import { createHash, randomBytes } from 'node:crypto';
import { and, eq, gt } from 'drizzle-orm';
import { record } from '../audit.js';
import type { Database } from '../store/database.js';
import { passwordLinks, users, type User } from '../store/schema.js';
import { inTurn } from './login-limit.js';
import type { Passwords } from './password.js';
import type { Weakness } from './password-rules.js';
import { replacePassword } from './set-password.js';
import { IS_OPEN, isOpen, lockAccount } from './standing.js';

/** Bytes of a token: nobody guesses 256 bits. */
const TOKEN_BYTES = 32;
/** Milliseconds for which a link is good. */
const LINK_LIFETIME = 15 * 60 * 1000;

/** A link by which the owner of an account sets a password, once. */
export interface PasswordLink {
  /** The token in base64url. Only its hash is stored, and no entry of the audit log has either. */
  readonly token: string;
  readonly expiresAt: Date;
}

/**
 * Returns the address of a link. The token is the fragment, which browsers send to no server and in no Referer (RFC 9110, 10.1.3), so no log of a
 * proxy has it.
 */
export const addressOf = (origin: string, { token }: PasswordLink): string => `${origin}/set-password#${token}`;

/**
 * Makes a link for an account. An earlier link of the account no longer works; its password does, until the link is used.
 *
 * @param db a transaction that has locked the account (`lockAccount`)
 * @param by user name of the administrator, or `command line`
 */
export async function makeLink(
  db: Database,
  { id, username }: Pick<User, 'id' | 'username'>,
  by: string,
): Promise<PasswordLink> {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const expiresAt = new Date(Date.now() + LINK_LIFETIME);
  const link = { tokenHash: hashOf(token), madeBy: by, expiresAt };
  await db
    .insert(passwordLinks)
    .values({ userId: id, ...link })
    .onConflictDoUpdate({ target: passwordLinks.userId, set: link });
  await record(db, { actor: by, event: 'password-link.made', personId: id, detail: { username } });
  return { token, expiresAt };
}

/** Returns the user for whom a link is good. Returns undefined for one that was used, replaced, withdrawn or never made, or has expired. */
export async function findByLink(db: Database, token: string): Promise<User | undefined> {
  const [row] = await db
    .select({ user: users })
    .from(passwordLinks)
    .innerJoin(users, eq(users.id, passwordLinks.userId))
    .where(and(eq(passwordLinks.tokenHash, hashOf(token)), gt(passwordLinks.expiresAt, new Date()), IS_OPEN));
  return row?.user;
}

/**
 * Sets a password by a link, which works once. All sessions of the account end. A password that is too weak leaves the link as it was.
 *
 * @returns `set`, `not-valid` if the link is not good (as in `findByLink`), or the weakness of the password
 */
export async function setByLink(
  db: Database,
  passwords: Passwords,
  token: string,
  password: string,
): Promise<'set' | 'not-valid' | Weakness> {
  const user = await findByLink(db, token);
  if (!user) return 'not-valid';
  const weakness = passwords.weaknessOf(password, user.username);
  if (weakness !== null) return weakness;
  const passwordHash = await inTurn(user.username, () => passwords.hash(password));
  return db.transaction(async (transaction) => {
    const locked = await lockAccount(transaction, user.id);
    const used = await transaction
      .delete(passwordLinks)
      .where(and(eq(passwordLinks.tokenHash, hashOf(token)), gt(passwordLinks.expiresAt, new Date())))
      .returning({ madeBy: passwordLinks.madeBy });
    const [link] = used;
    if (!link || !locked || !isOpen(locked)) return 'not-valid';
    await replacePassword(transaction, user.id, passwordHash, user.username);
    const detail = { linkOf: link.madeBy };
    await record(transaction, { actor: user.username, event: 'password.set', personId: user.id, detail });
    return 'set';
  });
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64url');
