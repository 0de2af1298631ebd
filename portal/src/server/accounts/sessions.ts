import { createHash, randomBytes } from 'node:crypto';
import type { PersonProof } from '@cardwright/cms/operations';
import { and, eq, gt, lte, sql } from 'drizzle-orm';
import type { Database } from '../store/database.js';
import { sessions, users, type User } from '../store/schema.js';

const TOKEN_BYTES = 32;
/** Lifetime of a session, in milliseconds: 8 hours, a working day. */
export const SESSION_LIFETIME = 8 * 60 * 60 * 1000;

/** The provider that has opened a session, and the person there. */
export interface SessionProvider {
  /** Name of the provider in the settings. */
  readonly provider: string;
  readonly issuer: string;
  readonly subject: string;
  /** Id of the session at the provider; null if the provider gave none. */
  readonly sid: string | null;
  /** The provider's tokens, sealed to the portal's own key. */
  readonly tokens: string;
}

/** The means by which a user proves their identity: password, passkey or provider, and the device of the passkey. */
export interface Proved extends Omit<PersonProof, 'at'> {
  /**
   * Time of the proof, if it was not given just now: a provider may know the person for hours. Null if nobody knows, so that the session begins
   * without a proof.
   */
  readonly at?: Date | null;
  /** The provider of the proof. If the user proves their identity to the portal itself, the provider of the earlier session stays. */
  readonly provider?: SessionProvider;
}

/** The user of an open session, and how the user last proved their identity. */
export interface LoginSession {
  readonly user: User;
  /** The user's last proof of identity; undefined if none was recorded. */
  readonly proof: PersonProof | undefined;
}

/**
 * Opens a session for a user who has just proved their identity. Returns the token of the session in base64url. The database keeps only the hash
 * of the token.
 */
export async function openSession(
  db: Database,
  user: User,
  { by, device, at = new Date(), provider }: Proved,
): Promise<string> {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const now = new Date();
  await deleteExpired(db, now);
  const expiresAt = new Date(now.getTime() + SESSION_LIFETIME);
  await db.insert(sessions).values({
    tokenHash: hashToken(token),
    userId: user.id,
    expiresAt,
    provedAt: at,
    provedBy: at && by,
    provedDeviceId: device,
    ...(provider && {
      provider: provider.provider,
      issuer: provider.issuer,
      subject: provider.subject,
      providerSid: provider.sid,
      providerTokens: provider.tokens,
      checkedAt: now,
    }),
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

/** Returns the open session with a token. Returns undefined if no session has this token, or if the session has expired. */
export async function findSession(db: Database, token: string): Promise<LoginSession | undefined> {
  const [row] = await db
    .select({ user: users, at: sessions.provedAt, by: sessions.provedBy, device: sessions.provedDeviceId })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(and(eq(sessions.tokenHash, hashToken(token)), gt(sessions.expiresAt, new Date())));
  if (!row) return undefined;
  const { user, at, by, device } = row;
  return { user, proof: at !== null && by !== null ? { at, by, device } : undefined };
}

/** Returns the provider that has opened a session of a user. Returns undefined if none has, or if this user has no session with the token. */
export async function findProvider(db: Database, token: string, { id }: User): Promise<SessionProvider | undefined> {
  const [row] = await db
    .select({
      provider: sessions.provider,
      issuer: sessions.issuer,
      subject: sessions.subject,
      sid: sessions.providerSid,
      tokens: sessions.providerTokens,
    })
    .from(sessions)
    .where(
      and(eq(sessions.tokenHash, hashToken(token)), eq(sessions.userId, id), gt(sessions.expiresAt, new Date())),
    );
  if (!row) return undefined;
  const { provider, issuer, subject, sid, tokens } = row;
  return provider !== null && issuer !== null && subject !== null && tokens !== null
    ? { provider, issuer, subject, sid, tokens }
    : undefined;
}

/** Ends the session with a token. Does nothing if no session has this token. */
export async function closeSession(db: Database, token: string): Promise<void> {
  await db.delete(sessions).where(eq(sessions.tokenHash, hashToken(token)));
}

const hashToken = (token: string): string => createHash('sha256').update(token).digest('base64url');
