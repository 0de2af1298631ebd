import { eq } from 'drizzle-orm';
import { record } from '../audit.js';
import type { Database } from '../store/database.js';
import { passwordLinks, users, type User } from '../store/schema.js';
import { foldPassword } from './common-passwords.js';
import { inTurn } from './login-limit.js';
import type { Passwords } from './password.js';
import { WEAKNESSES, type Weakness } from './password-rules.js';
import { endSessions } from './session-ends.js';
import { isOpen, lockAccount } from './standing.js';

/** The reasons for which someone cannot change their password: a weakness, or that the new one is the old one. */
export const CHANGE_PROBLEMS = [...WEAKNESSES, 'same'] as const;
export type ChangeProblem = Weakness | 'same';

/**
 * Replaces the password of a locked account (`lockAccount`). All its sessions end, and its link for a new password no longer works.
 *
 * @param db a transaction
 * @param by user name of whoever changes it
 */
export async function replacePassword(db: Database, id: string, passwordHash: string, by: string): Promise<void> {
  await db.update(users).set({ passwordHash, passwordChangedAt: new Date(), isDemo: false }).where(eq(users.id, id));
  await endSessions(db, { userId: id, actor: by, reason: 'account-changed' });
  await db.delete(passwordLinks).where(eq(passwordLinks.userId, id));
}

/** A user's own change of the password, whose present password was checked. */
export interface PasswordChange {
  readonly before: string;
  readonly after: string;
}

/**
 * Changes a user's own password. All sessions of the user end, the one of this request too: the caller opens a new one.
 *
 * @returns the user as of now, or the reason why nothing was changed; undefined if the account was disabled or got another password meanwhile
 */
export async function changeOwnPassword(
  db: Database,
  passwords: Passwords,
  user: User,
  { before, after }: PasswordChange,
): Promise<User | ChangeProblem | undefined> {
  const problem =
    passwords.weaknessOf(after, user.username) ?? (foldPassword(before) === foldPassword(after) ? 'same' : null);
  if (problem !== null) return problem;
  const passwordHash = await inTurn(user.username, () => passwords.hash(after));
  return db.transaction(async (transaction) => {
    const locked = await lockAccount(transaction, user.id);
    if (!locked || !isOpen(locked) || locked.passwordChangedAt?.getTime() !== user.passwordChangedAt?.getTime())
      return undefined;
    await replacePassword(transaction, user.id, passwordHash, user.username);
    await record(transaction, { actor: user.username, event: 'password.changed', personId: user.id });
    return lockAccount(transaction, user.id);
  });
}
