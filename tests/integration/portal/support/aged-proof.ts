import { createHash } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { openPortalDatabase } from '../../../../portal/src/server/store/database.js';
import { sessions } from '../../../../portal/src/server/store/schema.js';
import type { Browser, TestPortal } from './test-portal.js';

const MINUTE = 60_000;
/** Age at which no route takes a proof of identity any more, in minutes. */
const OLD = 11;

/** Makes the proof of identity in the session of a browser so many minutes old, and no other session's; by default too old. */
export async function ageProof({ portal, cookies }: Browser, minutes = OLD): Promise<void> {
  if (!isTestPortal(portal)) throw new Error('the portal has no known database');
  const tokenHash = createHash('sha256')
    .update(cookies.get('cardwright') ?? '')
    .digest('base64url');
  const store = await openPortalDatabase(portal.configuration.database);
  const aged = await store.db
    .update(sessions)
    .set({ provedAt: new Date(Date.now() - minutes * MINUTE) })
    .where(eq(sessions.tokenHash, tokenHash))
    .returning({ id: sessions.id });
  await store.close();
  if (aged.length !== 1) throw new Error('the browser has no session');
}

const isTestPortal = (portal: Browser['portal']): portal is TestPortal => 'configuration' in portal;

/** The answer to a request that lacks a fresh proof of identity. */
export const WANTS_PROOF = {
  status: 401,
  body: { error: { data: { name: 'LOGIN_REQUIRED', details: { fresh: true } } } },
};
