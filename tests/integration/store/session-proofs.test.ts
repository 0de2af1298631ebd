import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eq } from 'drizzle-orm';
import { MOST_SESSIONS, endSurplus } from '../../../portal/src/server/accounts/session-ends.js';
import {
  findProvider,
  findSession,
  openSession,
  renewSession,
  type LoginSession,
  type Proved,
} from '../../../portal/src/server/accounts/sessions.js';
import { setGrants } from '../../../portal/src/server/accounts/roles.js';
import { openPortalDatabase, type PortalDatabase } from '../../../portal/src/server/store/database.js';
import { sessions, users, type User } from '../../../portal/src/server/store/schema.js';
import { openDatabase, type OwnDatabase } from '../../support/postgres.js';

/** What a further proof of identity changes in a session, and what it leaves as it was. */

const HOUR = 3_600_000;
const RULES = { sessionEnds: { idle: HOUR, lifetime: 8 * HOUR }, secondFactor: 'everyone' } as const;
const PASSWORD: Proved = { by: 'password', device: null };
const PASSKEY: Proved = { by: 'passkey', device: null, isTwoFactors: true };
const PROVIDER = { provider: 'entra', issuer: 'https://id.example.com', subject: 's-1', sid: null, tokens: null };

let server: OwnDatabase;
let store: PortalDatabase;
let ada: User;

beforeAll(async () => {
  server = await openDatabase();
  store = await openPortalDatabase({ url: server.url });
});
afterAll(async () => {
  await store.close();
  await server.stop();
});
beforeEach(async () => {
  const id = randomUUID();
  const [user] = await store.db
    .insert(users)
    .values({ id, username: `ada-${id}`, displayName: 'Ada', passwordHash: 'x' })
    .returning();
  if (!user) throw new Error('nobody was added');
  ada = user;
  await setGrants(store.db, id, [{ role: 'user', group: null }]);
});

const signIn = (proved: Proved) => openSession(store.db, ada, proved, RULES.sessionEnds, undefined);

async function find(token: string): Promise<LoginSession> {
  const session = await findSession(store.db, token, RULES, true);
  if (!session) throw new Error('the session has ended');
  return session;
}

/** Proves identity again in the session with a token, and returns the new token. */
async function proveAgain(token: string, proved: Proved): Promise<string> {
  const next = await renewSession(store.db, { session: await find(token), token }, proved, RULES.sessionEnds);
  if (next === null) throw new Error('another tab was faster');
  return next;
}

describe('another proof in a session', () => {
  it('of one factor leaves the second factor given', async () => {
    const { token } = await signIn(PASSKEY);
    expect((await find(token)).secondFactor).toBe('given');
    expect((await find(await proveAgain(token, PASSWORD))).secondFactor).toBe('given');
  });

  it('of one factor does not give the second', async () => {
    const { token } = await signIn(PASSWORD);
    expect((await find(await proveAgain(token, PASSWORD))).secondFactor).toBe('needed');
    expect((await find(await proveAgain((await signIn(PASSWORD)).token, PASSKEY))).secondFactor).toBe('given');
  });

  it('to the portal itself leaves the session in the reach of its provider', async () => {
    const { token } = await signIn({ by: 'provider', device: null, provider: PROVIDER });
    expect(await findProvider(store.db, await proveAgain(token, PASSWORD))).toEqual(PROVIDER);
  });

  it('takes the earlier token away, by which nobody then gets another', async () => {
    const { token } = await signIn(PASSWORD);
    const session = await find(token);
    await proveAgain(token, PASSWORD);
    expect(await findSession(store.db, token, RULES, true)).toBeUndefined();
    expect(await renewSession(store.db, { session, token }, PASSWORD, RULES.sessionEnds)).toBeNull();
  });
});

it('a person keeps the sessions that were used last, and no more than are permitted', async () => {
  const first = await signIn(PASSWORD);
  await store.db.update(sessions).set({ lastUsedAt: new Date(Date.now() - HOUR / 2) });
  for (let count = 0; count < MOST_SESSIONS; count++) await signIn(PASSWORD);
  await endSurplus(store.db, ada);
  expect(await store.db.$count(sessions, eq(sessions.userId, ada.id))).toBe(MOST_SESSIONS);
  expect(await findSession(store.db, first.token, RULES, true)).toBeUndefined();
});
