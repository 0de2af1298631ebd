import { CardwrightError } from '@cardwright/protocol';
import { eq, lte, sql } from 'drizzle-orm';
import type { Database } from '../store/database.js';
import { loginAttempts } from '../store/schema.js';

/** Tries in one window of time, for one name from one address, and for one address altogether. */
const TRIES_PER_NAME = 5;
const TRIES_PER_ADDRESS = 50;
const WINDOW = 60 * 1000;

/**
 * Counts a login before its password is looked at, so that many at once can not slip through.
 *
 * @throws CardwrightError `RATE_LIMITED`
 */
export async function countLogin(db: Database, username: string, address: string): Promise<void> {
  await db.delete(loginAttempts).where(lte(loginAttempts.windowEndsAt, new Date()));
  const byAddress = await count(db, address);
  const byName = await count(db, nameKey(username, address));
  if (byAddress > TRIES_PER_ADDRESS || byName > TRIES_PER_NAME) throw new CardwrightError('RATE_LIMITED');
}

/** A right password clears the name's count. */
export async function forgetLogins(db: Database, username: string, address: string): Promise<void> {
  await db.delete(loginAttempts).where(eq(loginAttempts.key, nameKey(username, address)));
}

const nameKey = (username: string, address: string): string => `${address} ${username}`;

async function count(db: Database, key: string): Promise<number> {
  const [row] = await db
    .insert(loginAttempts)
    .values({ key, attempts: 1, windowEndsAt: new Date(Date.now() + WINDOW) })
    .onConflictDoUpdate({ target: loginAttempts.key, set: { attempts: sql`${loginAttempts.attempts} + 1` } })
    .returning({ attempts: loginAttempts.attempts });
  return row?.attempts ?? 0;
}
