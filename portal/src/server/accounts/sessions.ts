import { createHash, randomBytes } from 'node:crypto';
import type { PersonProof } from '@cardwright/cms/operations';
import { and, eq, gt, lte, sql } from 'drizzle-orm';
import type { Database } from '../store/database.js';
import { sessions, userRoles, users, type User } from '../store/schema.js';
import { reachesOf, type Reaches } from '../rights.js';
import type { Grant } from './roles.js';

const TOKEN_BYTES = 32;
/** Lifetime of a session, in milliseconds: 8 hours, a working day. */
export const SESSION_LIFETIME = 8 * 60 * 60 * 1000;

/** The means by which a user proves their identity: password or passkey, and the device of the passkey. */
export type Proved = Omit<PersonProof, 'at'>;

/** The user of an open session, and how the user last proved their identity. */
export interface LoginSession {
  readonly user: User;
  /** The user's rights at the time of the request, with the people whom they reach. */
  readonly reaches: Reaches;
  /** The user's last proof of identity; undefined if none was recorded. */
  readonly proof: PersonProof | undefined;
}

/**
 * Opens a session for a user who has just proved their identity. Returns the token of the session in base64url. The database keeps only the hash
 * of the token.
 */
export async function openSession(db: Database, user: User, { by, device }: Proved): Promise<string> {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const now = new Date();
  await deleteExpired(db, now);
  const expiresAt = new Date(now.getTime() + SESSION_LIFETIME);
  await db.insert(sessions).values({
    tokenHash: hashToken(token),
    userId: user.id,
    expiresAt,
    provedAt: now,
    provedBy: by,
    provedDeviceId: device,
  });
  return token;
}

/**
 * Maximum number of sessions deleted by one login. Each login adds one session, and should not have to delete all the sessions that expired
 * overnight.
 */
const DELETED_AT_ONCE = 100;

/** Deletes at most `DELETED_AT_ONCE` expired sessions. Skips rows that another login is deleting. */
async function deleteExpired(db: Database, now: Date): Promise<void> {
  const expired = db
    .select({ tokenHash: sessions.tokenHash })
    .from(sessions)
    .where(lte(sessions.expiresAt, now))
    .orderBy(sessions.expiresAt)
    .limit(DELETED_AT_ONCE)
    .for('update', { skipLocked: true });
  await db.delete(sessions).where(sql`${sessions.tokenHash} = ANY(ARRAY${expired})`);
}

/**
 * Returns the open session with a token, with the rights that its user has now. Returns undefined if no session has this token, or if the session has
 * expired.
 */
export async function findSession(db: Database, token: string): Promise<LoginSession | undefined> {
  const rows = await db
    .select({
      user: users,
      at: sessions.provedAt,
      by: sessions.provedBy,
      device: sessions.provedDeviceId,
      role: userRoles.role,
      group: userRoles.groupName,
    })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .leftJoin(userRoles, eq(userRoles.userId, users.id))
    .where(and(eq(sessions.tokenHash, hashToken(token)), gt(sessions.expiresAt, new Date())));
  const [row] = rows;
  if (!row) return undefined;
  const { user, at, by, device } = row;
  const grants = rows.flatMap(({ role, group }): Grant[] => (role === null ? [] : [{ role, group }]));
  return { user, reaches: reachesOf(grants), proof: at !== null && by !== null ? { at, by, device } : undefined };
}

/** Ends the session with a token. Does nothing if no session has this token. */
export async function closeSession(db: Database, token: string): Promise<void> {
  await db.delete(sessions).where(eq(sessions.tokenHash, hashToken(token)));
}

const hashToken = (token: string): string => createHash('sha256').update(token).digest('base64url');
