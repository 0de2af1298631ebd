import { and, eq, isNull } from 'drizzle-orm';
import type { Database } from '../store/database.js';
import { users, type User } from '../store/schema.js';

/** Condition of an account that was neither disabled nor deleted. */
export const IS_OPEN = and(isNull(users.disabledAt), isNull(users.deletedAt));

/** Condition of an account whose person may be here: it is open, and the person has not left. */
export const MAY_BE_HERE = and(IS_OPEN, isNull(users.leftAt));

/** True if an account was neither disabled nor deleted. */
export const isOpen = ({ disabledAt, deletedAt }: Pick<User, 'disabledAt' | 'deletedAt'>): boolean =>
  disabledAt === null && deletedAt === null;

/**
 * Resolves with true if the person of an account may be here, and it has the password that it had when `user` was read. A session that is opened for a proof of identity
 * asks this after its row is there: whoever ends the sessions of an account has locked its row (`lockAccount`), so either finds the session, or has
 * made its change before this looks.
 */
export async function stillStands(
  db: Database,
  { id, passwordChangedAt }: Pick<User, 'id' | 'passwordChangedAt'>,
): Promise<boolean> {
  const [user] = await db
    .select()
    .from(users)
    .where(and(eq(users.id, id), MAY_BE_HERE));
  return user !== undefined && user.passwordChangedAt?.getTime() === passwordChangedAt?.getTime();
}

/**
 * Locks the row of an account until the end of the transaction. No session or device of the account is added meanwhile, because their rows refer to
 * it.
 *
 * @param db a transaction
 * @returns undefined if nobody has this id
 */
export async function lockAccount(db: Database, id: string): Promise<User | undefined> {
  const [user] = await db.select().from(users).where(eq(users.id, id)).for('update');
  return user;
}
