import { eq } from 'drizzle-orm';
import { record } from '../audit.js';
import type { Database } from '../store/database.js';
import { users } from '../store/schema.js';
import { count } from './attempt-counts.js';

const MINUTE = 60 * 1000;
/** Number of failed logins in a minute that are recorded one by one. */
const LOGGED_EACH = 20;
/** After the first `LOGGED_EACH` failed logins in a minute, only every hundredth is recorded, with the number of failed logins so far. */
const LOGGED_OF = 100;

export interface FailedLogin {
  /** The name that was typed, or that a provider gave; null if there is none, as in a login with a passkey. */
  readonly name: string | null;
  /**
   * Set if the login was refused after too many tries, without checking the password or passkey. Only the first such refusal in a time window is
   * recorded.
   */
  readonly isLimited?: true;
  /** Name of the provider at which the person tried to sign in. */
  readonly provider?: string;
  /** Why a proof opened no session. */
  readonly refusal?: string;
}

/** Who wants to know of each failed login in a database. */
const listeners = new WeakMap<Database, (way: string) => void>();

/** Tells of each failed login from now on, also of those that are not recorded: `password`, `passkey` or the name of a provider. */
export const onFailedLogin = (db: Database, listener: (way: string) => void): void => {
  listeners.set(db, listener);
};

/**
 * Records a failed login in the audit log, with the name. If there are many failed logins, only some are recorded (`LOGGED_EACH`,
 * `LOGGED_OF`). A name without an account is left out, because people sometimes type their password into the field for the name.
 */
export async function recordFailedLogin(
  db: Database,
  { name, isLimited, provider, refusal }: FailedLogin,
): Promise<void> {
  const way = provider ?? (name === null ? 'passkey' : 'password');
  listeners.get(db)?.(way);
  const { attempts } = await count(db, 'failed logins', MINUTE);
  const isOneOfMany = attempts > LOGGED_EACH;
  if (isOneOfMany && attempts % LOGGED_OF !== 0) return;
  const personId = name === null ? null : await accountOf(db, name);
  await record(db, {
    actor: 'anonymous',
    event: 'login',
    outcome: 'failed',
    personId,
    way,
    detail: {
      ...(name !== null && { name: personId === null ? null : name }),
      ...(refusal !== undefined && { refusal }),
      ...(isLimited && { limited: true }),
      ...(isOneOfMany && { inThisMinute: attempts }),
    },
  });
}

async function accountOf(db: Database, username: string): Promise<string | null> {
  const [user] = await db.select({ id: users.id }).from(users).where(eq(users.username, username));
  return user?.id ?? null;
}
