import { eq } from 'drizzle-orm';
import { record } from '../audit.js';
import type { Database } from '../store/database.js';
import { users } from '../store/schema.js';
import { count } from './attempt-counts.js';

const MINUTE = 60 * 1000;
/** Number of failed logins in a minute that are logged one by one. */
const LOGGED_EACH = 20;
/** After the first `LOGGED_EACH` in a minute, only every hundredth failed login is logged, with the count so far. */
const LOGGED_OF = 100;

export interface FailedLogin {
  /** The name as typed; null for a passkey, which has none. */
  readonly name: string | null;
  readonly address: string;
  /** Set if the login was refused for too many tries, without checking the password. Only the first of many is reported. */
  readonly isLimited?: true;
}

/**
 * Logs a failed login with name and address. The number of entries is bounded, even in a flood. A name without an account is not
 * logged, because people sometimes type their password there.
 */
export async function recordFailedLogin(db: Database, { name, address, isLimited }: FailedLogin): Promise<void> {
  const { attempts } = await count(db, 'failed logins', MINUTE);
  const isOneOfMany = attempts > LOGGED_EACH;
  if (isOneOfMany && attempts % LOGGED_OF !== 0) return;
  await record(db, {
    actor: 'anonymous',
    event: 'login',
    outcome: 'failed',
    detail: {
      ...(name === null ? { with: 'passkey' } : { name: (await isAccount(db, name)) ? name : null }),
      address,
      ...(isLimited && { limited: true }),
      ...(isOneOfMany && { inThisMinute: attempts }),
    },
  });
}

async function isAccount(db: Database, username: string): Promise<boolean> {
  const [user] = await db.select({ id: users.id }).from(users).where(eq(users.username, username));
  return user !== undefined;
}
