import { and, eq, isNotNull, ne, sql } from 'drizzle-orm';
import type { Database } from '../store/database.js';
import { users, type User } from '../store/schema.js';
import { IS_OPEN, isOpen } from './standing.js';

/** Key of the advisory lock for administrators: any number, as long as every portal process uses the same number. */
const LOCK = 0x0ad31;

/**
 * Lets one transaction at a time take an administrator away, so that two of them cannot each take the other's last one. It must be the first lock of
 * the transaction.
 *
 * @param db a transaction
 */
export async function lockAdministrators(db: Database): Promise<void> {
  await db.execute(sql`SELECT pg_advisory_xact_lock(${LOCK})`);
}

/**
 * Resolves with true if a user is the only administrator who can sign in with a password. Without one, nobody could let anyone in once an identity
 * provider fails.
 *
 * @param db a transaction that holds the lock of `lockAdministrators`
 */
export async function isLastAdministrator(db: Database, user: User): Promise<boolean> {
  if (user.role !== 'operator' || user.passwordHash === null || !isOpen(user)) return false;
  const [other] = await db
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.role, 'operator'), isNotNull(users.passwordHash), IS_OPEN, ne(users.id, user.id)))
    .limit(1);
  return other === undefined;
}
