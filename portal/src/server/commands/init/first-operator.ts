import { eq, inArray, sql } from 'drizzle-orm';
import { insertAccount, type NewAccount } from '../../accounts/accounts.js';
import { THE_SERVER } from '../../accounts/power-acts.js';
import { Passwords } from '../../accounts/password.js';
import { record } from '../../audit.js';
import type { Database } from '../../store/database.js';
import { userRoles, users } from '../../store/schema.js';

/**
 * Checks that the database has no operator.
 *
 * @throws Error with words for the administrator if there is an operator
 */
export async function requireNoOperator(db: Database): Promise<void> {
  const [operator] = await db
    .select({ username: users.username })
    .from(users)
    .innerJoin(userRoles, eq(userRoles.userId, users.id))
    .where(inArray(userRoles.role, ['operator', 'administrator']))
    .limit(1);
  if (operator) throw new Error(`there is an operator already: ${operator.username}. Nothing was changed`);
}

/**
 * Makes the account of the first operator. If several calls run at the same time, one succeeds and the others throw.
 *
 * @throws Error with words for the administrator if there is an operator already, or another user has the name
 */
export async function createFirstOperator(db: Database, account: NewAccount): Promise<void> {
  const passwordHash = await new Passwords().hash(account.password);
  await db.transaction(async (transaction) => {
    await transaction.execute(sql`LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE`);
    await requireNoOperator(transaction);
    const made = await insertAccount(transaction, account, passwordHash, THE_SERVER);
    if (typeof made === 'string') throw new Error(`there is a user ${account.username} already. Choose another name`);
    await record(transaction, {
      actor: THE_SERVER.username,
      event: 'operator.made',
      personId: made.id,
      detail: { username: account.username },
    });
  });
}
