import { eq } from 'drizzle-orm';
import { record } from '../audit.js';
import type { Database } from '../store/database.js';
import { users, type User } from '../store/schema.js';
import { hasLeft, LEAVING_REASONS, type LeavingReason } from '../store/leaving-reasons.js';
import { lockAccount } from './standing.js';

/** Columns of a person of whom nothing says that they left. */
const STAYS = { leftAt: null, leftBecause: null, devicesSuspendedAt: null, devicesTerminatedAt: null } as const;

/**
 * Notes that a person may no longer sign in, and records it. The time of the first notice stays, and so does a reason that proves more. The caller
 * ends the person's sessions in the same transaction: a session of a person who left opens nothing.
 *
 * @param transaction a transaction
 * @param by name in the audit log of who has noticed or decided it
 */
export async function noteLeft(
  transaction: Database,
  userId: string,
  because: LeavingReason,
  by = 'portal',
): Promise<void> {
  const user = await lockAccount(transaction, userId);
  if (!user || hasLeft(user) || (user.leftAt !== null && !LEAVING_REASONS[because].isCertain)) return;
  await transaction
    .update(users)
    .set({ leftAt: user.leftAt ?? new Date(), leftBecause: because })
    .where(eq(users.id, userId));
  const detail = { username: user.username, because };
  await record(transaction, { actor: by, event: 'person.left', personId: userId, detail });
}

/**
 * Notes that a person who left may sign in again, and records it. Devices that were suspended meanwhile stay suspended until an operator resumes them.
 *
 * @param transaction a transaction that has locked the account
 * @param by name in the audit log of who has noticed or decided it
 */
export async function noteReturned(
  transaction: Database,
  { id, username, leftAt }: Pick<User, 'id' | 'username' | 'leftAt'>,
  by = 'portal',
): Promise<void> {
  if (leftAt === null) return;
  await transaction.update(users).set(STAYS).where(eq(users.id, id));
  const detail = { username, leftAt: leftAt.toISOString() };
  await record(transaction, { actor: by, event: 'person.returned', personId: id, detail });
}
