import { openFromStorage, sealForStorage, type KeyRing } from '@cardwright/cms/keys';
import { and, eq, isNull, lt, notInArray, sql, type SQL } from 'drizzle-orm';
import * as v from 'valibot';
import type { SessionProvider } from '../accounts/sessions.js';
import type { Database } from '../store/database.js';
import { logoutTokens, sessions } from '../store/schema.js';
import type { LogoutNotice } from './oidc/logout-token.js';
import { providerTokens, type ProviderTokens } from './oidc/provider.js';

/** What seals the tokens in the rows of sessions. */
const LABEL = 'provider-tokens';

/** Seals the tokens of a provider for the row of a session. */
export const sealTokens = (tokens: ProviderTokens, keys: KeyRing): Promise<string> =>
  sealForStorage(JSON.stringify(tokens), keys, LABEL);

/**
 * Opens sealed tokens.
 *
 * @throws CardwrightError `SECRET_REFUSED` if they were sealed to other keys
 */
export const openTokens = async (sealed: string, keys: KeyRing): Promise<ProviderTokens> =>
  v.parse(v.pipe(v.string(), v.parseJson(), providerTokens), await openFromStorage(sealed, keys, LABEL));

/** A session that a provider has opened, whose turn it is to be checked. */
export interface DueSession extends SessionProvider {
  /** Public id of the session. */
  readonly id: string;
  readonly userId: string;
}

const PROVIDER = {
  provider: sessions.provider,
  issuer: sessions.issuer,
  subject: sessions.subject,
  sid: sessions.providerSid,
  tokens: sessions.providerTokens,
};

/**
 * Claims sessions that were last checked before a moment, the longest ago first: they count as checked now, and no other process claims them.
 *
 * @param without names of providers whose sessions are left for later
 */
export async function claimDue(
  db: Database,
  before: Date,
  without: readonly string[],
  limit: number,
): Promise<DueSession[]> {
  const due = db
    .select({ id: sessions.id })
    .from(sessions)
    .where(
      and(lt(sessions.checkedAt, before), without.length > 0 ? notInArray(sessions.provider, [...without]) : undefined),
    )
    .orderBy(sessions.checkedAt)
    .limit(limit)
    .for('update', { skipLocked: true });
  const rows = await db
    .update(sessions)
    .set({ checkedAt: new Date() })
    .where(sql`${sessions.id} = ANY(ARRAY${due})`)
    .returning({ id: sessions.id, userId: sessions.userId, ...PROVIDER });
  return rows.flatMap(({ provider, issuer, subject, ...others }) =>
    provider === null || issuer === null || subject === null ? [] : [{ ...others, provider, issuer, subject }],
  );
}

/** Replaces the tokens of a session, unless a new proof of the person has replaced them meanwhile. */
export async function replaceTokens(db: Database, session: DueSession, after: string): Promise<void> {
  await db.update(sessions).set({ providerTokens: after }).where(unchanged(session));
}

/** Condition of a session that no new proof of the person has changed since it was claimed. */
export const unchanged = ({ id, tokens }: DueSession): SQL | undefined =>
  and(eq(sessions.id, id), tokens === null ? isNull(sessions.providerTokens) : eq(sessions.providerTokens, tokens));

/** Condition of all sessions that an identity has opened. */
export const ofIdentity = ({ issuer, subject }: Pick<SessionProvider, 'issuer' | 'subject'>): SQL | undefined =>
  and(eq(sessions.issuer, issuer), eq(sessions.subject, subject));

/** Condition of the sessions that a logout token names. */
export const namedBy = (issuer: string, { subject, sid }: LogoutNotice): SQL | undefined =>
  and(
    eq(sessions.issuer, issuer),
    subject === null ? undefined : eq(sessions.subject, subject),
    sid === null ? undefined : eq(sessions.providerSid, sid),
  );

/** Maximum number of used logout tokens deleted by one logout, which adds one. */
const DELETED_AT_ONCE = 100;

/** Notes that a logout token is used. Returns false if it was used before. */
export async function useLogoutToken(
  db: Database,
  issuer: string,
  { id, refusedFrom }: LogoutNotice,
): Promise<boolean> {
  const expired = db
    .select({ jti: logoutTokens.jti })
    .from(logoutTokens)
    .where(and(eq(logoutTokens.issuer, issuer), lt(logoutTokens.expiresAt, new Date())))
    .limit(DELETED_AT_ONCE)
    .for('update', { skipLocked: true });
  await db
    .delete(logoutTokens)
    .where(and(eq(logoutTokens.issuer, issuer), sql`${logoutTokens.jti} = ANY(ARRAY${expired})`));
  const used = await db
    .insert(logoutTokens)
    .values({ issuer, jti: id, expiresAt: refusedFrom })
    .onConflictDoNothing()
    .returning({ jti: logoutTokens.jti });
  return used.length === 1;
}
