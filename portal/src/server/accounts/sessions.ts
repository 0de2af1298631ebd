import { createHash, randomBytes } from 'node:crypto';
import type { PersonProof } from '@cardwright/cms/operations';
import { CardwrightError } from '@cardwright/protocol';
import { and, asc, desc, eq, gt, inArray, lte, not, sql, type SQL } from 'drizzle-orm';
import { record } from '../audit.js';
import type { Database } from '../store/database.js';
import { currentAccess } from '../access.js';
import type { Reaches } from '../rights.js';
import { sessions, userRoles, users, type User } from '../store/schema.js';
import type { Grant } from './roles.js';
import { endOf, endSessions, MOST_SESSIONS } from './session-ends.js';
import { sessionRights, type SecondFactor, type SecondFactorRule } from './second-factor.js';
import { MAY_BE_HERE } from './standing.js';

const TOKEN_BYTES = 32;
const MINUTE = 60 * 1000;
/** Maximum number of kept characters of a browser's `User-Agent`. */
const BROWSER_LENGTH = 300;

/** The provider or directory that has opened a session, and the person there. */
export interface SessionProvider {
  /** Name of the provider in the settings. */
  readonly provider: string;
  readonly issuer: string;
  readonly subject: string;
  /** Id of the session at the provider; null if the provider gave none. */
  readonly sid: string | null;
  /** The provider's tokens, sealed to the portal's own key; null for a directory, which has none. */
  readonly tokens: string | null;
}

/** The means by which a user proves their identity: password, passkey or provider, and the device of the passkey. */
export interface Proved extends Omit<PersonProof, 'at'> {
  /**
   * Time of the proof, if it was not given just now: a provider may know the person for hours. Null if nobody knows, so that the session begins
   * without a proof.
   */
  readonly at?: Date | null;
  /** Set if the proof is two factors by itself. A proof that is only one leaves the second factor of the session as it was. */
  readonly isTwoFactors?: boolean;
  /** The provider of the proof. If the user proves their identity to the portal itself, the provider of the earlier session stays. */
  readonly provider?: SessionProvider;
}

/** When sessions end, in milliseconds. */
export interface SessionEnds {
  /** A session ends this long after its last use. */
  readonly idle: number;
  /** A session ends this long after the last proof of identity in it, however it is used. */
  readonly lifetime: number;
}

/** The rules by which sessions are judged. */
export interface SessionRules {
  readonly sessionEnds: SessionEnds;
  /** Who needs a second factor. */
  readonly secondFactor: SecondFactorRule;
}

/** The user of an open session, and how the user last proved their identity. */
export interface LoginSession {
  /** Public id, by which lists and the audit log name the session. */
  readonly id: string;
  readonly user: User;
  /** The user's rights at the time of the request, with the people whom they reach. */
  readonly reaches: Reaches;
  /** The user's last proof of identity; undefined if none was recorded. */
  readonly proof: PersonProof | undefined;
  /** The state of the second factor in this session. While it is needed, `reaches` has only what a sign-in that is half done permits. */
  readonly secondFactor: SecondFactor;
  /** Absolute end. */
  readonly expiresAt: Date;
}

/** Milliseconds by which the clocks of several portals, or of one before and after it was set, may differ. */
const CLOCK_TOLERANCE = 5 * MINUTE;
/** A use is noted if the last noted use is older than this part of the idle time, so that few requests write. */
const NOTED_PARTS = 60;

/**
 * The conditions by each of which a session has ended, with the column whose index finds such sessions. A session from the future was opened or used
 * before the clock was set back. It has ended, because nobody knows how old it is. Where the setting of the lifetime was lowered, a session that would
 * last longer has ended too.
 */
const endsOf = ({ idle, lifetime }: SessionEnds, now: Date) => {
  const later = (milliseconds: number): Date => new Date(now.getTime() + milliseconds);
  const { expiresAt, lastUsedAt } = sessions;
  return [
    { column: expiresAt, isOver: lte(expiresAt, now) },
    { column: lastUsedAt, isOver: lte(lastUsedAt, later(-idle)) },
    { column: lastUsedAt, isOver: gt(lastUsedAt, later(CLOCK_TOLERANCE)) },
    { column: expiresAt, isOver: gt(expiresAt, later(lifetime + CLOCK_TOLERANCE)) },
  ];
};

/** Condition for an open session. */
const isOpen = (ends: SessionEnds, now: Date): SQL | undefined =>
  and(...endsOf(ends, now).map(({ isOver }) => not(isOver)));

/** The columns that a proof of identity sets. The token is new with each proof. */
function provedNow(
  token: string,
  { by, device, isSecurityKey = false, at = new Date(), provider, isTwoFactors = false }: Proved,
  { lifetime }: SessionEnds,
) {
  const now = new Date();
  return {
    tokenHash: hashToken(token),
    expiresAt: new Date(now.getTime() + lifetime),
    lastUsedAt: now,
    provedAt: at,
    provedBy: at && by,
    provedDeviceId: device,
    provedBySecurityKey: isSecurityKey,
    ...(isTwoFactors && { secondFactorAt: now }),
    // A proof to the portal itself leaves a session in the reach of the provider that opened it.
    ...(provider && {
      provider: provider.provider,
      issuer: provider.issuer,
      subject: provider.subject,
      providerSid: provider.sid,
      providerTokens: provider.tokens,
      checkedAt: now,
    }),
  };
}

const newToken = (): string => randomBytes(TOKEN_BYTES).toString('base64url');

/** A session that was just opened. */
export interface OpenedSession {
  /** Public id. */
  readonly id: string;
  /** Token for the cookie, in base64url. The database keeps only the hash of the token. */
  readonly token: string;
}

/**
 * Opens a session for a user who has just proved their identity.
 *
 * @param browser `User-Agent` of the browser; undefined if the browser did not send any
 */
export async function openSession(
  db: Database,
  user: User,
  proved: Proved,
  ends: SessionEnds,
  browser: string | undefined,
): Promise<OpenedSession> {
  const token = newToken();
  const [opened] = await db
    .insert(sessions)
    .values({
      userId: user.id,
      address: currentAccess().address,
      browser: browser?.replaceAll(/\p{Cc}/gu, '').slice(0, BROWSER_LENGTH) ?? null,
      createdAt: new Date(),
      ...provedNow(token, proved, ends),
    })
    .returning({ id: sessions.id });
  if (!opened) throw new Error('the session was not added');
  return { id: opened.id, token };
}

/**
 * Gives a session another token after a new proof of identity. The earlier token opens nothing from then on. The public id stays.
 *
 * @param token the earlier token
 * @returns the new token; null if the session has another token already, because another tab of the browser was faster
 * @throws CardwrightError `LOGIN_REQUIRED` if the session has ended
 */
export async function renewSession(
  db: Database,
  { session: { id }, token }: { readonly session: LoginSession; readonly token: string },
  proved: Proved,
  ends: SessionEnds,
): Promise<string | null> {
  const next = newToken();
  const renewed = await db
    .update(sessions)
    .set(provedNow(next, proved, ends))
    .where(and(eq(sessions.tokenHash, hashToken(token)), eq(sessions.id, id)))
    .returning({ id: sessions.id });
  if (renewed.length === 1) return next;
  const [other] = await db.select({ id: sessions.id }).from(sessions).where(eq(sessions.id, id));
  if (!other) throw new CardwrightError('LOGIN_REQUIRED', { fresh: false });
  return null;
}

/** Whose roles were changed, and the session in which that was done, with its token. */
export interface RoleChange {
  /** Account whose roles were changed. */
  readonly userId: string;
  readonly session: LoginSession;
  readonly token: string;
}

/**
 * Ends the sessions of a person whose roles were changed. If the person changed their own roles, the session of that request stays, and gets another
 * token instead. Call this in the transaction that changes the roles.
 *
 * @returns the new token; null if there is none
 */
export async function endAfterRoleChange(db: Database, { userId, session, token }: RoleChange): Promise<string | null> {
  const isOwn = userId === session.user.id;
  const which = isOwn ? { except: session.id } : {};
  await endSessions(db, { userId, which, actor: session.user.username, reason: 'role-changed' });
  if (!isOwn) return null;
  const next = newToken();
  const replaced = await db
    .update(sessions)
    .set({ tokenHash: hashToken(next) })
    .where(eq(sessions.tokenHash, hashToken(token)))
    .returning({ id: sessions.id });
  return replaced.length === 1 ? next : null;
}

/**
 * Returns the open session with a token, with the rights that its user has in it now. Returns undefined if no session has this token, if the session has
 * ended, if the account of its user was disabled or deleted, or if its user has left.
 *
 * @param isUse set if the request is one of the user's own, which puts off the idle end. The time of the last use is written if the written one is
 *   older than a sixtieth of the idle time.
 */
export async function findSession(
  db: Database,
  token: string,
  { sessionEnds: ends, secondFactor: rule }: SessionRules,
  isUse: boolean,
): Promise<LoginSession | undefined> {
  const now = new Date();
  const isThis = and(eq(sessions.tokenHash, hashToken(token)), isOpen(ends, now));
  const rows = await db
    .select({ user: users, session: sessions, role: userRoles.role, group: userRoles.groupName })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .leftJoin(userRoles, eq(userRoles.userId, users.id))
    .where(and(isThis, MAY_BE_HERE));
  const [row] = rows;
  if (!row) return undefined;
  const grants = rows.flatMap(({ role, group }): Grant[] => (role === null ? [] : [{ role, group }]));
  const { user, session } = row;
  const {
    id,
    expiresAt,
    provedAt: at,
    provedBy: by,
    provedDeviceId: device,
    provedBySecurityKey: isSecurityKey,
  } = session;
  const isNoted = Math.abs(now.getTime() - session.lastUsedAt.getTime()) < ends.idle / NOTED_PARTS;
  if (isUse && !isNoted) await db.update(sessions).set({ lastUsedAt: now }).where(isThis);
  const proof = at !== null && by !== null ? { at, by, device, isSecurityKey } : undefined;
  return { id, user, ...sessionRights(rule, grants, session.secondFactorAt !== null), proof, expiresAt };
}

/** A session as lists show it. */
export type ListedSession = Pick<
  typeof sessions.$inferSelect,
  'id' | 'createdAt' | 'lastUsedAt' | 'expiresAt' | 'address' | 'browser' | 'provedBy' | 'provedAt'
>;

const LISTED = {
  id: sessions.id,
  createdAt: sessions.createdAt,
  lastUsedAt: sessions.lastUsedAt,
  expiresAt: sessions.expiresAt,
  address: sessions.address,
  browser: sessions.browser,
  provedBy: sessions.provedBy,
  provedAt: sessions.provedAt,
};

/** Lists the open sessions of a user, the last used first. */
export const listSessions = (db: Database, userId: string, ends: SessionEnds): Promise<ListedSession[]> =>
  db
    .select(LISTED)
    .from(sessions)
    .where(and(eq(sessions.userId, userId), isOpen(ends, new Date())))
    .orderBy(desc(sessions.lastUsedAt), asc(sessions.id))
    .limit(MOST_SESSIONS);

/** Returns the provider that has opened the session with a token. Returns undefined if none has, or if no session has this token. */
export async function findProvider(db: Database, token: string): Promise<SessionProvider | undefined> {
  const [row] = await db
    .select({
      provider: sessions.provider,
      issuer: sessions.issuer,
      subject: sessions.subject,
      sid: sessions.providerSid,
      tokens: sessions.providerTokens,
    })
    .from(sessions)
    .where(eq(sessions.tokenHash, hashToken(token)));
  if (!row) return undefined;
  const { provider, issuer, subject, sid, tokens } = row;
  return provider !== null && issuer !== null && subject !== null
    ? { provider, issuer, subject, sid, tokens }
    : undefined;
}

/** Ends the session with a token, and returns its public id and its user. Returns null if no session has this token. */
export async function closeSession(
  db: Database,
  token: string,
): Promise<{ readonly id: string; readonly userId: string } | null> {
  const [closed] = await db
    .delete(sessions)
    .where(eq(sessions.tokenHash, hashToken(token)))
    .returning({ id: sessions.id, userId: sessions.userId });
  return closed ?? null;
}

/** Maximum number of sessions that one run of `deleteEnded` deletes. */
const DELETED_AT_ONCE = 100;

/**
 * Deletes at most `DELETED_AT_ONCE` sessions that have ended because of their time, and records their ends. Skips rows that another process is
 * deleting. Returns the number of deleted sessions.
 */
export const deleteEnded = (db: Database, ends: SessionEnds): Promise<number> =>
  db.transaction(async (transaction) => {
    const now = new Date();
    const found = endsOf(ends, now).map(({ column, isOver }) => {
      const some = transaction.select({ id: sessions.id }).from(sessions).where(isOver);
      return some.orderBy(column).limit(DELETED_AT_ONCE);
    });
    const ended = await transaction
      .select({ id: sessions.id, userId: sessions.userId, expiresAt: sessions.expiresAt })
      .from(sessions)
      .where(sql`${sessions.id} = ANY(ARRAY(${sql.join(found, sql` UNION ALL `)}))`)
      .limit(DELETED_AT_ONCE)
      .for('update', { skipLocked: true });
    const ids = ended.map(({ id }) => id);
    if (ids.length > 0) await transaction.delete(sessions).where(inArray(sessions.id, ids));
    await record(
      transaction,
      ...ended.map(({ id, userId, expiresAt }) =>
        endOf(id, { userId, actor: 'portal', reason: expiresAt <= now ? 'lifetime' : 'idle' }),
      ),
    );
    return ended.length;
  });

const hashToken = (token: string): string => createHash('sha256').update(token).digest('base64url');
