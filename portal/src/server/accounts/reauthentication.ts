import type { Database } from '../store/database.js';
import type { User } from '../store/schema.js';
import { countLogin, forgetLogins } from './login-limit.js';
import { isPassword } from './password.js';

/**
 * Whether a user who is logged in knows her password: a script in her page does not. Tries count like logins, together
 * with them.
 *
 * @throws CardwrightError `RATE_LIMITED`
 */
export async function isOwnPassword(db: Database, user: User, password: string, address: string): Promise<boolean> {
  await countLogin(db, user.username, address);
  const isRight = await isPassword(password, user.passwordHash);
  if (isRight) await forgetLogins(db, user.username, address);
  return isRight;
}
