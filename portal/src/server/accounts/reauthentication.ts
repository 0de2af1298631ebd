import type { Database } from '../store/database.js';
import type { User } from '../store/schema.js';
import { verifyPassword } from './accounts.js';
import { limitPasswordTries } from './login-limit.js';

/**
 * Tells whether a user who is logged in knows the password, which a script in the page does not. Whoever has no session cannot use these tries
 * up.
 *
 * @param address as the socket or a trusted proxy names it
 * @throws RateLimited (`RATE_LIMITED`)
 */
export async function isOwnPassword(db: Database, user: User, password: string, address: string): Promise<boolean> {
  const attempt = { name: user.username, address, knownBrowser: `with a session of ${user.id}` };
  const check = async () => ((await verifyPassword(user, password)) ? user : undefined);
  return (await limitPasswordTries(db, attempt, check)) !== undefined;
}
