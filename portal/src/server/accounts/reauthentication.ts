import type { Database } from '../store/database.js';
import type { User } from '../store/schema.js';
import { verifyPassword } from './accounts.js';
import { limitTries } from './login-limit.js';
import { requireTurn } from './password.js';

/**
 * Whether a user who is logged in knows the password, which a script in the page does not. Tries count like logins, together
 * with them.
 *
 * @throws RateLimited (`RATE_LIMITED`)
 */
export async function isOwnPassword(db: Database, user: User, password: string, address: string): Promise<boolean> {
  // Before the database is asked: a flood of tries costs it nothing.
  requireTurn();
  const check = async () => ((await verifyPassword(user, password)) ? user : undefined);
  return (await limitTries(db, user.username, address, check)) !== undefined;
}
