import { createHash, createHmac, randomBytes } from 'node:crypto';
import { and, eq, gt, isNull, lte, or, sql } from 'drizzle-orm';
import type { Database } from '../../store/database.js';
import { signInAttempts } from '../../store/schema.js';

/** Milliseconds that a person may take at the provider. */
export const ATTEMPT_LIFETIME = 10 * 60 * 1000;
const SECRET_BYTES = 32;

/** Values of one sign-in that only the provider and this browser's cookie together can produce. All are base64url. */
export interface AttemptSecrets {
  readonly state: string;
  /** Binds the ID token to this sign-in (OpenID Connect Core 1.0, 3.1.2.1). */
  readonly nonce: string;
  /** `code_verifier` of PKCE (RFC 7636, 4.1). */
  readonly verifier: string;
}

/** What a sign-in was begun for. */
export interface Attempt {
  /** Name of the provider. */
  readonly provider: string;
  /** Path of the page to return to; null for the first page of the user. */
  readonly returnTo: string | null;
  /** The user who proves again who they are; null for a sign-in. */
  readonly userId: string | null;
}

/** Returns a new value for the browser's cookie: 256 bits in base64url. */
export const newBrowserSecret = (): string => randomBytes(SECRET_BYTES).toString('base64url');

/** The browser at which someone sits, and the session in it. */
export interface Seat {
  /** Value of the browser's cookie. */
  readonly browser: string;
  /** Public id of the session; null if nobody is signed in. */
  readonly session: string | null;
}

/**
 * Records that a browser begins a sign-in, or a new proof in its session. The row has only hashes: nonce and verifier are derived from the cookie, and
 * `state` is in the browser's address alone.
 */
export async function beginAttempt(
  db: Database,
  { browser, session }: Seat,
  attempt: Attempt,
): Promise<AttemptSecrets> {
  const now = new Date();
  await deleteExpired(db, now);
  const state = newBrowserSecret();
  const expiresAt = new Date(now.getTime() + ATTEMPT_LIFETIME);
  await db
    .insert(signInAttempts)
    .values({ stateHash: hashOf(state), browserHash: holderOf(browser, session), ...attempt, expiresAt });
  return secretsOf(browser, state);
}

/**
 * Ends the attempt that a browser has begun, so that each attempt serves once, and returns it with its secrets. Returns undefined if this browser
 * has begun no such attempt at this provider, or none in this session if it is a new proof, or if its time is over. The attempt of another browser
 * stays.
 */
export async function takeAttempt(
  db: Database,
  { browser, session }: Seat,
  { state, provider }: { readonly state: string; readonly provider: string },
): Promise<(Attempt & AttemptSecrets) | undefined> {
  const [row] = await db
    .delete(signInAttempts)
    .where(
      and(
        eq(signInAttempts.stateHash, hashOf(state)),
        or(
          and(isNull(signInAttempts.userId), eq(signInAttempts.browserHash, holderOf(browser, null))),
          session === null ? undefined : eq(signInAttempts.browserHash, holderOf(browser, session)),
        ),
        eq(signInAttempts.provider, provider),
        gt(signInAttempts.expiresAt, new Date()),
      ),
    )
    .returning({ returnTo: signInAttempts.returnTo, userId: signInAttempts.userId });
  return row && { provider, ...row, ...secretsOf(browser, state) };
}

const secretsOf = (browser: string, state: string): AttemptSecrets => ({
  state,
  nonce: derive(browser, `nonce ${state}`),
  verifier: derive(browser, `verifier ${state}`),
});

const derive = (secret: string, purpose: string): string =>
  createHmac('sha256', secret).update(purpose).digest('base64url');

/** Returns the hash by which the browser of an attempt is known. A new proof belongs to the session in which it was begun too. */
const holderOf = (browser: string, session: string | null): string =>
  hashOf(session === null ? browser : `${browser} ${session}`);

const hashOf = (value: string): string => createHash('sha256').update(value).digest('base64url');

/** Maximum number of attempts deleted by one sign-in, which adds one. */
const DELETED_AT_ONCE = 100;

/** Deletes at most `DELETED_AT_ONCE` expired attempts. Skips rows that another sign-in is deleting. */
async function deleteExpired(db: Database, now: Date): Promise<void> {
  const expired = db
    .select({ stateHash: signInAttempts.stateHash })
    .from(signInAttempts)
    .where(lte(signInAttempts.expiresAt, now))
    .orderBy(signInAttempts.expiresAt)
    .limit(DELETED_AT_ONCE)
    .for('update', { skipLocked: true });
  await db.delete(signInAttempts).where(sql`${signInAttempts.stateHash} = ANY(ARRAY${expired})`);
}
