import { eq } from 'drizzle-orm';
import { record } from '../audit.js';
import type { Database } from '../store/database.js';
import { users } from '../store/schema.js';
import { count } from './attempt-counts.js';

const MINUTE = 60 * 1000;
/** Failed logins of one minute that are logged each. */
const LOGGED_EACH = 20;
/** Of more than that, each such one says how many there were. */
const LOGGED_OF = 100;

/** A login that failed. */
export interface FailedLogin {
  /** As it was typed; null with a passkey, which has none. */
  readonly name: string | null;
  readonly address: string;
  /** True where too many tries had it refused without a look at the password; only the first of many is told. */
  readonly isLimited?: true;
}

/**
 * Logs a failed login with name and address, in a number that no flood makes large. A name that no account has is not kept: people type
 * passwords there.
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
