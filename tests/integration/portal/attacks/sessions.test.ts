import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { validate } from '@cardwright/protocol';
import { desc, eq, sql } from 'drizzle-orm';
import * as v from 'valibot';
import { MOST_SESSIONS } from '../../../../portal/src/server/accounts/session-ends.js';
import { deleteEnded, endAfterRoleChange, findSession } from '../../../../portal/src/server/accounts/sessions.js';
import { openPortalDatabase, type PortalDatabase } from '../../../../portal/src/server/store/database.js';
import { audit, loginAttempts, sessions, users } from '../../../../portal/src/server/store/schema.js';
import { TestCard } from '../../../support/host-and-card/test-card.js';
import { openDatabase, type OwnDatabase } from '../../../support/postgres.js';
import { ACCOUNTS, Browser, startTestPortal, TEST_VENDOR, type TestPortal } from '../support/test-portal.js';
import { transactionsWait } from '../support/waiting-transactions.js';

/** Sessions: who gets into one, how long it lasts, and who ends it. */

const MINUTE = 60_000;
const RIGHT = { password: 'alice-password' };
const nobody = { status: 401, code: 'LOGIN_REQUIRED' };

let server: OwnDatabase;
let portal: TestPortal;
let store: PortalDatabase;
let alice: Browser;

beforeAll(async () => {
  server = await openDatabase({ accounts: ACCOUNTS });
  portal = await startTestPortal({ DATABASE_URL: server.url });
  store = await openPortalDatabase({ url: server.url });
});
afterAll(async () => {
  await store.close();
  await portal.remove();
  await server.stop();
});
beforeEach(async () => {
  await store.db.delete(loginAttempts);
  await store.db.delete(sessions);
  alice = await Browser.login(portal, 'alice');
});

const cookieOf = ({ cookies }: Browser): string => cookies.get('cardwright') ?? '';

function withCookie(value: string): Browser {
  const browser = new Browser(portal);
  browser.cookies.set('cardwright', value);
  return browser;
}

const listShape = v.object({ sessions: v.array(v.object({ id: v.string(), isThis: v.boolean() })) });
const listOf = async (browser: Browser, path = '/api/account/sessions') =>
  validate(listShape, (await browser.get(path)).body).sessions;

async function ownId(browser: Browser): Promise<string> {
  const own = (await listOf(browser)).find(({ isThis }) => isThis);
  return own?.id ?? '';
}

async function idOf(username: string): Promise<string> {
  const [user] = await store.db.select().from(users).where(eq(users.username, username));
  return user?.id ?? '';
}

const isIn = async (browser: Browser): Promise<boolean> => (await browser.get('/api/devices')).status === 200;

/** Moves a moment of all sessions by so many minutes. */
const move = (column: 'lastUsedAt' | 'expiresAt', minutes: number) =>
  store.db.update(sessions).set({ [column]: sql`${sessions[column]} + ${`${minutes} minutes`}::interval` });

async function lastUse(): Promise<number> {
  const [row] = await store.db
    .select()
    .from(sessions)
    .where(eq(sessions.userId, await idOf('alice')));
  return row?.lastUsedAt.getTime() ?? 0;
}

const ends = () => portal.configuration.sessionEnds;

describe('a planted cookie', () => {
  it('gives nothing to whoever planted it, once the victim signs in', async () => {
    const planted = randomBytes(32).toString('base64url');
    const victim = withCookie(planted);
    await victim.post('/api/session', { username: 'alice', ...RIGHT });
    expect(cookieOf(victim)).not.toBe(planted);
    expect(await withCookie(planted).get('/api/devices')).toMatchObject(nobody);
  });

  it("of the attacker's own session ends with that session", async () => {
    const bob = await Browser.login(portal, 'bob');
    const victim = withCookie(cookieOf(bob));
    await victim.post('/api/session', { username: 'alice', ...RIGHT });
    expect(await bob.get('/api/devices')).toMatchObject(nobody);
    expect((await victim.get('/api/session')).body).toMatchObject({ user: { username: 'alice' } });
    const [entry] = await store.db.select().from(audit).orderBy(desc(audit.id)).limit(1);
    expect(entry).toMatchObject({
      actor: 'alice',
      event: 'session.ended',
      personId: await idOf('bob'),
      detail: { reason: 'signed-in-again' },
    });
  });

  it('is never the public id of a session', async () => {
    expect(await withCookie(await ownId(alice)).get('/api/devices')).toMatchObject(nobody);
  });
});

describe('a copied cookie', () => {
  it('opens nothing after signing out, and not after a new proof', async () => {
    const before = cookieOf(alice);
    const id = await ownId(alice);
    expect(await alice.post('/api/session/proof', RIGHT)).toMatchObject({ status: 200 });
    expect(cookieOf(alice)).not.toBe(before);
    expect(await ownId(alice)).toBe(id);
    for (const path of ['/api/devices', '/api/account/sessions', '/api/account/access'])
      expect(await withCookie(before).get(path)).toMatchObject(nobody);
    expect(await withCookie(before).post('/api/session/proof', RIGHT)).toMatchObject(nobody);
    const after = cookieOf(alice);
    await alice.send('DELETE', '/api/session', {});
    expect(await withCookie(after).get('/api/devices')).toMatchObject(nobody);
  });

  it('opens nothing after signing out, if a proof was under way meanwhile', async () => {
    const before = cookieOf(alice);
    const [proof] = await Promise.all([
      withCookie(before).post('/api/session/proof', RIGHT),
      alice.send('DELETE', '/api/session', {}),
    ]);
    // Whichever came first, at most the renewed session is left, and the old cookie opens none.
    expect([200, 401]).toContain(proof.status);
    expect(await withCookie(before).get('/api/devices')).toMatchObject(nobody);
    expect(await store.db.select().from(sessions)).toHaveLength(
      proof.status === 200 && proof.headers.has('set-cookie') ? 1 : 0,
    );
  });
});

it('has one session after two tabs proved the same person at once, and the browser is in', async () => {
  const before = cookieOf(alice);
  const tabs = [withCookie(before), withCookie(before), withCookie(before)];
  // All of them are in their session before the first one replaces it.
  const posts = await store.db.transaction(async (held) => {
    await held.select().from(sessions).for('update');
    const sent = tabs.map((tab) => tab.post('/api/session/proof', RIGHT));
    await transactionsWait(store, tabs.length);
    return sent;
  });
  const answers = await Promise.all(posts);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  const given = answers.flatMap(({ headers }) =>
    headers.getSetCookie().filter((cookie) => cookie.startsWith('cardwright=')),
  );
  expect(given).toHaveLength(1);
  expect(await store.db.select().from(sessions)).toHaveLength(1);
  expect((await Promise.all(tabs.map(isIn))).filter(Boolean)).toHaveLength(1);
  expect(await isIn(withCookie(before))).toBe(false);
});

describe('an idle session', () => {
  it('ends after its time, whatever its cookie says', async () => {
    await move('lastUsedAt', -29);
    expect(await isIn(alice)).toBe(true);
    await move('lastUsedAt', -31);
    expect(await alice.get('/api/devices')).toMatchObject(nobody);
    expect((await alice.get('/api/session')).body).toMatchObject({ user: null });
    expect(await alice.post('/api/session/proof', RIGHT)).toMatchObject(nobody);
  });

  it.each(['/api/mobile/enrolments/ID', '/api/mobile/enrolments/ID/events'])(
    'is not kept alive by what pages ask by themselves, at %s',
    async (path) => {
      await move('lastUsedAt', -20);
      const before = await lastUse();
      for (let turn = 0; turn < 3; turn += 1)
        expect(await alice.get(path.replace('ID', randomUUID()))).toMatchObject({ code: 'MOBILE_FORBIDDEN' });
      expect(await lastUse()).toBe(before);
      await alice.get('/api/devices');
      expect(await lastUse()).toBeGreaterThan(before + 19 * MINUTE);
    },
  );

  it('is not kept alive by requests without permission, and by a look at the list of others', async () => {
    await move('lastUsedAt', -20);
    const before = await lastUse();
    await new Browser(portal).get('/api/devices');
    const olga = await Browser.login(portal, 'olga');
    await listOf(olga, `/api/operator/people/${await idOf('alice')}/sessions`);
    expect(await lastUse()).toBe(before);
  });
});

describe('the end of a session', () => {
  it('comes after its lifetime, however it is used, and a new proof puts it off', async () => {
    await move('expiresAt', -8 * 60 + 20);
    expect(await alice.post('/api/session/proof', RIGHT)).toMatchObject({ status: 200 });
    await move('expiresAt', -8 * 60 + 1);
    expect(await isIn(alice)).toBe(true);
    await move('expiresAt', -2);
    expect(await alice.get('/api/devices')).toMatchObject(nobody);
  });

  it('does not come in the middle of an operation: the start wants a new proof before', async () => {
    const { startRequest } = await alice.openHost(new TestCard('yubikey', '74000001', TEST_VENDOR));
    await move('expiresAt', -8 * 60 + 9);
    const fresh = { status: 401, body: { error: { data: { name: 'LOGIN_REQUIRED', details: { fresh: true } } } } };
    expect(await alice.post('/api/operations', startRequest)).toMatchObject(fresh);
    expect(await alice.post('/api/session/proof', RIGHT)).toMatchObject({ status: 200 });
    expect(await alice.post('/api/operations', startRequest)).toMatchObject({ status: 200 });
  });

  it.each([
    ['lastUsedAt', 6],
    ['expiresAt', 6],
  ] as const)('has come where the clock was set back, by %s', async (column, minutes) => {
    await move(column, minutes - 2);
    expect(await isIn(alice)).toBe(true);
    await store.db.delete(sessions);
    alice = await Browser.login(portal, 'alice');
    await move(column, minutes);
    expect(await alice.get('/api/devices')).toMatchObject(nobody);
  });

  it('is an entry of the audit log, whatever its cause', async () => {
    const [bob, olga] = [await Browser.login(portal, 'bob'), await Browser.login(portal, 'olga')];
    const [idle, over, kept] = [await ownId(alice), await ownId(bob), await ownId(olga)];
    const past = (minutes: number) => new Date(Date.now() - minutes * MINUTE);
    await store.db
      .update(sessions)
      .set({ lastUsedAt: past(31) })
      .where(eq(sessions.id, idle));
    await store.db
      .update(sessions)
      .set({ expiresAt: past(1) })
      .where(eq(sessions.id, over));
    expect(await deleteEnded(store.db, ends())).toBe(2);
    expect(await deleteEnded(store.db, ends())).toBe(0);
    const entries = await store.db.select().from(audit).where(eq(audit.event, 'session.ended'));
    const byPortal = { actor: 'portal', address: null, sessionId: null };
    expect(entries).toContainEqual(
      expect.objectContaining({
        ...byPortal,
        personId: await idOf('alice'),
        detail: { session: idle, reason: 'idle' },
      }),
    );
    expect(entries).toContainEqual(
      expect.objectContaining({
        ...byPortal,
        personId: await idOf('bob'),
        detail: { session: over, reason: 'lifetime' },
      }),
    );
    expect((await store.db.select().from(sessions)).map(({ id }) => id)).toEqual([kept]);
  });
});

describe('a person', () => {
  it('sees their own sessions with what is known of them, and never a token', async () => {
    const phone = new Browser(portal);
    const headers = { 'user-agent': 'Telephone\t1.0' };
    await phone.send('POST', '/api/session', { username: 'alice', ...RIGHT }, headers);
    await Browser.login(portal, 'bob');
    const { body } = await alice.get('/api/account/sessions');
    const known = { address: '127.0.0.1', provedBy: 'password' };
    expect(body).toMatchObject({ sessions: [known, known] });
    expect(body).toMatchObject({
      sessions: expect.arrayContaining([expect.objectContaining({ browser: 'Telephone1.0' })]),
    });
    expect(JSON.stringify(body)).not.toContain(cookieOf(alice));
    expect(JSON.stringify(body)).not.toMatch(/token|hash/i);
  });

  it('ends one session, the others, and all', async () => {
    const [second, third] = [await Browser.login(portal, 'alice'), await Browser.login(portal, 'alice')];
    const bob = await Browser.login(portal, 'bob');
    expect(await alice.post(`/api/account/sessions/${await ownId(second)}/end`, {})).toMatchObject({ status: 200 });
    expect([await isIn(second), await isIn(third)]).toEqual([false, true]);
    expect((await alice.post('/api/account/sessions/end', { which: 'others' })).body).toMatchObject({
      sessions: [{ isThis: true }],
    });
    expect([await isIn(alice), await isIn(third)]).toEqual([true, false]);
    const copy = cookieOf(alice);
    expect((await alice.post('/api/account/sessions/end', { which: 'all' })).body).toEqual({ sessions: [] });
    expect(alice.cookies.has('cardwright')).toBe(false);
    expect([await isIn(withCookie(copy)), await isIn(bob)]).toEqual([false, true]);
  });

  it("cannot end another person's session by its id, nor learn whether it exists", async () => {
    const bob = await Browser.login(portal, 'bob');
    const id = await ownId(alice);
    const foreign = await bob.post(`/api/account/sessions/${id}/end`, {});
    const unknown = await bob.post(`/api/account/sessions/${randomUUID()}/end`, {});
    expect([foreign.status, foreign.body]).toEqual([unknown.status, unknown.body]);
    expect(JSON.stringify(foreign.body)).not.toContain(id);
    const person = await idOf('alice');
    for (const path of [`sessions/${id}/end`, 'sessions/end'])
      expect(await bob.post(`/api/operator/people/${person}/${path}`, {})).toMatchObject({ code: 'FORBIDDEN' });
    expect(await bob.get(`/api/operator/people/${person}/sessions`)).toMatchObject({ code: 'FORBIDDEN' });
    expect(await isIn(alice)).toBe(true);
  });
});

it('ends the session that was used longest ago, once a person has more than may be open', async () => {
  const bob = await Browser.login(portal, 'bob');
  const [first] = await listOf(alice);
  const longAgo = new Date(Date.now() - 10 * MINUTE);
  await store.db
    .update(sessions)
    .set({ lastUsedAt: longAgo })
    .where(eq(sessions.id, first?.id ?? ''));
  const others: Browser[] = [];
  for (let count = 1; count < MOST_SESSIONS; count += 1) others.push(await Browser.login(portal, 'alice'));
  expect(
    (
      await store.db
        .select()
        .from(sessions)
        .where(eq(sessions.id, first?.id ?? ''))
    ).length,
  ).toBe(1);
  await Browser.login(portal, 'alice');
  expect(await alice.get('/api/devices')).toMatchObject(nobody);
  for (const other of [...others, bob]) expect((await other.get('/api/devices')).status).toBe(200);
  const [entry] = await store.db.select().from(audit).orderBy(desc(audit.id)).limit(1);
  expect(entry).toMatchObject({ event: 'session.ended', detail: { session: first?.id, reason: 'too-many' } });
});

describe('a change of roles', () => {
  it('ends the sessions of the person from the next request on, and not those of others', async () => {
    const [olga, elsewhere] = [await Browser.login(portal, 'olga'), await Browser.login(portal, 'alice')];
    const session = await findSession(store.db, cookieOf(olga), portal.configuration, false);
    if (!session) throw new Error('olga is not signed in');
    const change = { userId: await idOf('alice'), session, token: cookieOf(olga) };
    expect(await endAfterRoleChange(store.db, change)).toBeNull();
    expect([await isIn(alice), await isIn(elsewhere), await isIn(olga)]).toEqual([false, false, true]);
  });

  it('of the own account gives the session another token, ends the others, and a copied cookie opens nothing', async () => {
    const [olga, elsewhere] = [await Browser.login(portal, 'olga'), await Browser.login(portal, 'olga')];
    const copy = cookieOf(olga);
    const session = await findSession(store.db, copy, portal.configuration, false);
    if (!session) throw new Error('olga is not signed in');
    const token = await endAfterRoleChange(store.db, { userId: session.user.id, session, token: copy });
    expect(token).not.toBe(copy);
    expect([await isIn(withCookie(copy)), await isIn(elsewhere), await isIn(alice)]).toEqual([false, false, true]);
    const renewed = withCookie(token ?? '');
    expect(await ownId(renewed)).toBe(session.id);
    expect(await endAfterRoleChange(store.db, { userId: session.user.id, session, token: copy })).toBeNull();
  });
});

it('lets an operator see and end the sessions of a person, one by its own person alone', async () => {
  const [olga, bob] = [await Browser.login(portal, 'olga'), await Browser.login(portal, 'bob')];
  const path = `/api/operator/people/${await idOf('alice')}/sessions`;
  const id = await ownId(alice);
  expect(await listOf(olga, path)).toEqual([expect.objectContaining({ id, isThis: false })]);
  await olga.post(`${path}/${await ownId(bob)}/end`, {});
  expect(await isIn(bob)).toBe(true);
  expect((await olga.post(`${path}/${id}/end`, {})).body).toEqual({ sessions: [] });
  expect(await alice.get('/api/devices')).toMatchObject(nobody);
  const [entry] = await store.db.select().from(audit).orderBy(desc(audit.id)).limit(1);
  expect(entry).toMatchObject({
    actor: 'olga',
    event: 'session.ended',
    personId: await idOf('alice'),
    sessionId: await ownId(olga),
    detail: { session: id, reason: 'ended-by-operator' },
  });
  alice = await Browser.login(portal, 'alice');
  expect((await olga.post(`${path}/end`, {})).body).toEqual({ sessions: [] });
  expect(await isIn(alice)).toBe(false);
});
