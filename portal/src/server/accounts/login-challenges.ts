import { randomBytes, randomUUID } from 'node:crypto';
import { and, eq, gt, isNotNull, isNull, lte, sql, type SQL } from 'drizzle-orm';
import type { Database } from '../store/database.js';
import { loginChallenges } from '../store/schema.js';

/** Milliseconds for which a challenge is valid. */
export const CHALLENGE_LIFETIME = 5 * 60 * 1000;
const CHALLENGE_BYTES = 32;

/** A challenge (base64url) with its id. Only the browser that asked for the challenge keeps the id. */
export interface LoginChallenge {
  readonly id: string;
  readonly challenge: string;
}

export async function newChallenge(db: Database): Promise<LoginChallenge> {
  const now = new Date();
  await deleteExpired(db, now);
  const row = { id: randomUUID(), challenge: randomBytes(CHALLENGE_BYTES).toString('base64url') };
  await db.insert(loginChallenges).values({ ...row, expiresAt: new Date(now.getTime() + CHALLENGE_LIFETIME) });
  return row;
}

/**
 * Deletes the challenge with an id and returns the challenge (base64url), so that each challenge serves for a single attempt. Returns undefined
 * if no challenge has this id, or if the challenge has expired.
 */
export async function takeChallenge(db: Database, id: string): Promise<string | undefined> {
  const [row] = await db
    .delete(loginChallenges)
    .where(
      and(eq(loginChallenges.id, id), isNull(loginChallenges.sessionId), gt(loginChallenges.expiresAt, new Date())),
    )
    .returning({ challenge: loginChallenges.challenge });
  return row?.challenge;
}

/** The session that asks for a challenge, and what for. */
export interface SessionPurpose {
  /** Public id of the session. */
  readonly sessionId: string;
  readonly purpose: NonNullable<(typeof loginChallenges.$inferSelect)['purpose']>;
}

/** Returns a challenge (base64url) that counts in one session, for one purpose. */
export async function newSessionChallenge(db: Database, bound: SessionPurpose): Promise<string> {
  const challenge = randomBytes(CHALLENGE_BYTES).toString('base64url');
  await bindToSession(db, bound, challenge);
  return challenge;
}

/** Lets a challenge count in one session, for one purpose. A challenge that is bound so already counts as long as a new one. */
export async function bindToSession(db: Database, bound: SessionPurpose, challenge: string): Promise<void> {
  const now = new Date();
  await deleteExpired(db, now);
  const expiresAt = new Date(now.getTime() + CHALLENGE_LIFETIME);
  await db
    .insert(loginChallenges)
    .values({ id: randomUUID(), challenge, expiresAt, ...bound })
    .onConflictDoUpdate({
      target: [loginChallenges.sessionId, loginChallenges.challenge],
      targetWhere: isNotNull(loginChallenges.sessionId),
      set: { expiresAt, purpose: bound.purpose },
    });
}

const isBound = ({ sessionId, purpose }: SessionPurpose, challenge: string): SQL | undefined =>
  and(
    eq(loginChallenges.sessionId, sessionId),
    eq(loginChallenges.purpose, purpose),
    eq(loginChallenges.challenge, challenge),
    gt(loginChallenges.expiresAt, new Date()),
  );

/** True if a challenge counts in a session for a purpose now. */
export const isSessionChallenge = async (db: Database, bound: SessionPurpose, challenge: string): Promise<boolean> =>
  (await db.$count(loginChallenges, isBound(bound, challenge))) > 0;

/**
 * Deletes a challenge of a session, so that it serves for a single attempt. Resolves with false if the session has not asked for it for this purpose, or
 * if it has expired.
 *
 * @param challenge base64url
 */
export async function takeSessionChallenge(db: Database, bound: SessionPurpose, challenge: string): Promise<boolean> {
  const taken = await db.delete(loginChallenges).where(isBound(bound, challenge)).returning({ id: loginChallenges.id });
  return taken.length > 0;
}

/**
 * Maximum number of challenges deleted by one login. Each login adds one challenge, and should not have to delete all the challenges that a
 * flood of logins has left.
 */
const DELETED_AT_ONCE = 100;

/** Deletes at most `DELETED_AT_ONCE` expired challenges. Skips rows that another login is deleting. */
async function deleteExpired(db: Database, now: Date): Promise<void> {
  const expired = db
    .select({ id: loginChallenges.id })
    .from(loginChallenges)
    .where(lte(loginChallenges.expiresAt, now))
    .orderBy(loginChallenges.expiresAt)
    .limit(DELETED_AT_ONCE)
    .for('update', { skipLocked: true });
  await db.delete(loginChallenges).where(sql`${loginChallenges.id} = ANY(ARRAY${expired})`);
}
