import { and, eq, gt, inArray, lte, sql } from 'drizzle-orm';
import { RateLimited } from '@cardwright/cms';
import type { Database } from '../store/database.js';
import { loginAttempts } from '../store/schema.js';

/** Tries in one window of time, for one name from one address, and for one address in all. */
const TRIES_PER_NAME = 5;
const TRIES_PER_ADDRESS = 50;
/** Beginnings of logins with a passkey from one address: every login page that is opened is one, and a whole office has one address. */
const BEGINNINGS_PER_ADDRESS = 300;
const WINDOW = 60 * 1000;

/**
 * Has a password or a passkey checked, if this name and this address have tries left. A try counts before it is checked, so that many at
 * once cannot slip through. One that was right, or was not checked, no longer counts afterwards.
 *
 * @param check returns undefined when it is wrong
 * @throws RateLimited (`RATE_LIMITED`)
 *
 * @example
 * await limitTries(db, user.username, request.ip, async () => ((await verifyPassword(user, password)) ? user : undefined));
 */
export async function limitTries<T>(
  db: Database,
  username: string,
  address: string,
  check: () => Promise<T | undefined>,
): Promise<T | undefined> {
  await countTry(db, username, address);
  try {
    const found = await check();
    if (found !== undefined) await forgetTries(db, username, address);
    return found;
  } catch (error) {
    await takeBack(db, [address, nameKey(username, address)]);
    throw error;
  }
}

/**
 * Counts the beginning of a login with a passkey.
 *
 * @throws RateLimited (`RATE_LIMITED`) where there were too many from this address
 */
export async function limitBeginnings(db: Database, address: string): Promise<void> {
  await deleteExpired(db);
  if ((await count(db, `${address} begins`)) > BEGINNINGS_PER_ADDRESS) throw new RateLimited(WINDOW);
}

async function countTry(db: Database, username: string, address: string): Promise<void> {
  await deleteExpired(db);
  const byAddress = await count(db, address);
  const byName = await count(db, nameKey(username, address));
  if (byAddress > TRIES_PER_ADDRESS || byName > TRIES_PER_NAME) throw new RateLimited(WINDOW);
}

/** Counts that one try deletes at most: it adds only two, and must not clean up after a whole flood. */
const DELETED_AT_ONCE = 100;

/** Rows that another try uses at this moment are skipped. */
async function deleteExpired(db: Database): Promise<void> {
  const expired = db
    .select({ key: loginAttempts.key })
    .from(loginAttempts)
    .where(lte(loginAttempts.windowEndsAt, new Date()))
    .orderBy(loginAttempts.windowEndsAt)
    .limit(DELETED_AT_ONCE)
    .for('update', { skipLocked: true });
  await db.delete(loginAttempts).where(sql`${loginAttempts.key} = ANY(ARRAY${expired})`);
}

/** A right password clears the name's count, and its own from the address's. */
async function forgetTries(db: Database, username: string, address: string): Promise<void> {
  await db.delete(loginAttempts).where(eq(loginAttempts.key, nameKey(username, address)));
  await takeBack(db, [address]);
}

async function takeBack(db: Database, keys: string[]): Promise<void> {
  await db
    .update(loginAttempts)
    .set({ attempts: sql`${loginAttempts.attempts} - 1` })
    .where(and(inArray(loginAttempts.key, keys), gt(loginAttempts.attempts, 0)));
}

const nameKey = (username: string, address: string): string => `${address} ${username}`;

/** Counts one try; after the end of its window the count starts again, whether or not it was deleted by then. */
async function count(db: Database, key: string): Promise<number> {
  const now = new Date();
  const windowEndsAt = new Date(now.getTime() + WINDOW);
  const isOver = lte(loginAttempts.windowEndsAt, now);
  const [row] = await db
    .insert(loginAttempts)
    .values({ key, attempts: 1, windowEndsAt })
    .onConflictDoUpdate({
      target: loginAttempts.key,
      set: {
        attempts: sql`CASE WHEN ${isOver} THEN 1 ELSE ${loginAttempts.attempts} + 1 END`,
        windowEndsAt: sql`CASE WHEN ${isOver} THEN excluded.window_ends_at ELSE ${loginAttempts.windowEndsAt} END`,
      },
    })
    .returning({ attempts: loginAttempts.attempts });
  return row?.attempts ?? 0;
}
