import { randomUUID } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import type { NewAccount } from '../../accounts/accounts.js';
import { hashPassword } from '../../accounts/password.js';
import { record } from '../../audit.js';
import type { Database } from '../../store/database.js';
import { users } from '../../store/schema.js';

/**
 * Checks that the database has no operator.
 *
 * @throws Error with words for the administrator if there is an operator
 */
export async function requireNoOperator(db: Database): Promise<void> {
  const [operator] = await db.select({ username: users.username }).from(users).where(eq(users.role, 'operator'));
  if (operator) throw new Error(`there is an operator already: ${operator.username}. Nothing was changed`);
}

/**
 * Makes the account of the first operator. If several calls run at the same time, one succeeds and the others throw.
 *
 * @throws Error with words for the administrator if there is an operator already, or another user has the name
 */
export async function createFirstOperator(db: Database, { password, ...account }: NewAccount): Promise<void> {
  const passwordHash = await hashPassword(password);
  await db.transaction(async (transaction) => {
    await transaction.execute(sql`LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE`);
    await requireNoOperator(transaction);
    const made = await transaction
      .insert(users)
      .values({ id: randomUUID(), ...account, passwordHash })
      .onConflictDoNothing()
      .returning({ id: users.id });
    if (made.length === 0) throw new Error(`there is a user ${account.username} already. Choose another name`);
    await record(transaction, {
      actor: 'command line',
      event: 'operator.made',
      detail: { username: account.username },
    });
  });
}
