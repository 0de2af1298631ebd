// Alone proves: no forged or replayed passkey signs anyone in.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { desc, eq } from 'drizzle-orm';
import * as v from 'valibot';
import { assertion, findByPasskey } from '../../../../portal/src/server/accounts/passkey-login.js';
import { userHandleOf } from '../../../../portal/src/server/passkeys/webauthn/user-handle.js';
import { openPortalDatabase, type PortalDatabase } from '../../../../portal/src/server/store/database.js';
import { audit, devices, loginChallenges, passkeys, users } from '../../../../portal/src/server/store/schema.js';
import { openDatabase, type OwnDatabase } from '../../../support/postgres.js';
import type { CeremonyFaults } from '../../../support/passkeys/software-authenticator.js';
import { KEY_SERVICE, beginPasskey, issueKeyTo, signWith, type IssuedKey } from '../support/issued-key.js';
import { ACCOUNTS, Browser, startTestPortal, type Answer, type TestPortal } from '../support/test-portal.js';
import { transactionsWait } from '../support/waiting-transactions.js';
import { expectSince } from '../../../support/moment.js';

let server: OwnDatabase;
let portal: TestPortal;
let store: PortalDatabase;
beforeAll(async () => {
  server = await openDatabase({ accounts: ACCOUNTS });
  portal = await startTestPortal({
    DATABASE_URL: server.url,
    CARDWRIGHT_PASSKEY_SERVICES: JSON.stringify([{ kind: 'webauthn', name: KEY_SERVICE }]),
  });
  store = await openPortalDatabase({ url: server.url });
});
afterAll(async () => {
  await store.close();
  await portal.remove();
  await server.stop();
});

const issueKey = (username = 'alice'): Promise<IssuedKey> => issueKeyTo(store, portal.origin, username);

const begin = beginPasskey;
const finish = (browser: Browser, credential: object): Promise<Answer> =>
  browser.post('/api/session/passkey', { credential });

/** Logs a browser in with a key, rightly or wrongly. */
const logIn = (browser: Browser, key: IssuedKey, faults?: CeremonyFaults) =>
  signWith(browser, '/api/session/passkey', key, faults);

const userOf = async (browser: Browser): Promise<unknown> => (await browser.get('/api/session')).body;
const refused = { status: 409, code: 'PASSKEY_LOGIN_REFUSED' };

describe('logging in with a passkey', () => {
  let key: IssuedKey;
  let browser: Browser;
  beforeEach(async () => {
    key = await issueKey();
    browser = new Browser(portal);
  });

  it.each([
    ['has left', { leftAt: new Date(), leftBecause: 'no-role' as const }],
    ['was disabled', { disabledAt: new Date() }],
  ])('finds nobody whose account %s', async (_, closed) => {
    const { authenticator, passkey } = key;
    const find = async (username: string) => {
      const challenge = await begin(browser);
      const expected = { service: KEY_SERVICE, rpId: 'localhost', origin: portal.origin, challenge };
      const credential = v.parse(assertion, authenticator.assert(passkey, challenge, portal.origin));
      const found = await findByPasskey(store.db, credential, expected);
      expect(found?.user.username).toBe(username === '' ? undefined : username);
    };
    await find('alice');
    await store.db.update(users).set(closed).where(eq(users.username, 'alice'));
    try {
      await find('');
    } finally {
      await store.db
        .update(users)
        .set({ leftAt: null, leftBecause: null, disabledAt: null })
        .where(eq(users.username, 'alice'));
    }
  });

  it('opens a session, records its use, and ends the session before', async () => {
    const alice = await Browser.login(portal, 'alice');
    const before = alice.cookies.get('cardwright') ?? '';
    const began = Date.now();
    const answer = await logIn(alice, key);
    const user = {
      username: 'alice',
      displayName: 'Alice Example',
      language: null,
      rights: ['own-account', 'own-devices'],
    };
    expect(answer).toMatchObject({ status: 200, body: { user } });
    expect(await userOf(alice)).toEqual({
      user,
      passkeys: true,
      secondFactor: 'given',
      proofs: { password: true, passkey: true, card: false, provider: null },
    });
    const old = new Browser(portal);
    old.cookies.set('cardwright', before);
    expect(await userOf(old)).toMatchObject({ user: null });
    const [row] = await store.db.select().from(passkeys).where(eq(passkeys.deviceId, key.deviceId));
    expect(row).toMatchObject({ signCount: 1 });
    expectSince(row?.lastUsedAt, began);
    const [ended, entry] = await store.db.select().from(audit).orderBy(desc(audit.id)).limit(2);
    expect(entry).toMatchObject({ actor: 'alice', event: 'login', outcome: 'ok', deviceId: key.deviceId });
    expect(ended).toMatchObject({ event: 'session.ended', detail: { reason: 'signed-in-again' } });
  });

  it('binds its challenge to the browser by a cookie that no script can read and no other site can send', async () => {
    const { headers } = await browser.post('/api/session/passkey/options', {});
    expect(headers.getSetCookie()).toEqual([
      expect.stringMatching(/^cardwright-passkey=[\w-]{36}; Max-Age=300; Path=\/; HttpOnly; SameSite=Strict$/),
    ]);
  });

  it.each<[string, CeremonyFaults]>([
    ['at another origin', { origin: 'http://localhost.evil.example' }],
    ['at another port', { origin: 'http://localhost:1' }],
    ['in a frame of another site', { crossOrigin: true }],
    ['for another relying party', { rpId: 'example.com' }],
    ['by another ceremony', { type: 'webauthn.create' }],
    ['without a verified user', { userVerified: false }],
    ['with a forged signature', { isForged: true }],
    ['with a challenge of its own', { challenge: 'AAAA' }],
    ['for another user', { userHandle: userHandleOf('00000000-0000-4000-8000-000000000000') }],
    ['for no user', { userHandle: '' }],
  ])('is refused for an assertion that was made %s', async (_what, faults) => {
    expect(await logIn(browser, key, faults)).toMatchObject(refused);
    expect(await userOf(browser)).toMatchObject({ user: null });
    const [entry] = await store.db.select().from(audit).orderBy(desc(audit.id)).limit(1);
    expect(entry).toMatchObject({ actor: 'anonymous', event: 'login', outcome: 'failed' });
    // The right one works afterwards: the try did no harm.
    expect(await logIn(browser, key)).toMatchObject({ status: 200 });
  });

  it('is refused for a used assertion, with its challenge or with a new one', async () => {
    const challenge = await begin(browser);
    const cookie = browser.cookies.get('cardwright-passkey') ?? '';
    const assertion = key.authenticator.assert(key.passkey, challenge, portal.origin);
    expect(await finish(browser, assertion)).toMatchObject({ status: 200 });
    const thief = new Browser(portal);
    thief.cookies.set('cardwright-passkey', cookie);
    expect(await finish(thief, assertion)).toMatchObject(refused);
    await begin(thief);
    expect(await finish(thief, assertion)).toMatchObject(refused);
  });

  it('is refused for the challenge of another browser, of none, and for an expired one', async () => {
    const challenge = await begin(browser);
    const assertion = key.authenticator.assert(key.passkey, challenge, portal.origin);
    const other = new Browser(portal);
    expect(await finish(other, assertion)).toMatchObject(refused);
    await begin(other);
    expect(await finish(other, assertion)).toMatchObject(refused);
    other.cookies.set('cardwright-passkey', "' OR true --");
    expect(await finish(other, assertion)).toMatchObject(refused);
    await store.db.update(loginChallenges).set({ expiresAt: new Date(Date.now() - 1000) });
    expect(await finish(browser, assertion)).toMatchObject(refused);
  });

  it('accepts one answer to a challenge, even a wrong one', async () => {
    const challenge = await begin(browser);
    const cookie = browser.cookies.get('cardwright-passkey') ?? '';
    const wrong = key.authenticator.assert(key.passkey, challenge, portal.origin, { isForged: true });
    expect(await finish(browser, wrong)).toMatchObject(refused);
    browser.cookies.set('cardwright-passkey', cookie);
    const right = key.authenticator.assert(key.passkey, challenge, portal.origin);
    expect(await finish(browser, right)).toMatchObject(refused);
  });

  it.each(['pending', 'awaiting-approval', 'suspended', 'terminated', 'failed', 'producing'] as const)(
    'is refused while the device is %s',
    async (state) => {
      await store.db.update(devices).set({ state }).where(eq(devices.id, key.deviceId));
      expect(await logIn(browser, key)).toMatchObject(refused);
    },
  );

  it('is refused for a passkey that is due for removal, of another service, or unknown', async () => {
    const mine = eq(passkeys.deviceId, key.deviceId);
    await store.db.update(passkeys).set({ removalDueAt: new Date() }).where(mine);
    expect(await logIn(browser, key)).toMatchObject(refused);
    await store.db.update(passkeys).set({ removalDueAt: null, service: 'entra' }).where(mine);
    expect(await logIn(browser, key)).toMatchObject(refused);
    await store.db.delete(passkeys).where(mine);
    expect(await logIn(browser, key)).toMatchObject(refused);
  });

  it('is refused if the counter does not advance, as with a copy', async () => {
    key.authenticator.counter = 10;
    expect(await logIn(browser, key)).toMatchObject({ status: 200 });
    for (const counter of [11, 5, 0]) expect(await logIn(browser, key, { counter })).toMatchObject(refused);
    expect(await logIn(browser, key)).toMatchObject({ status: 200 });
  });

  it('accepts an authenticator that does not count', async () => {
    for (let turn = 0; turn < 2; turn += 1)
      expect(await logIn(browser, key, { counter: 0 })).toMatchObject({ status: 200 });
  });

  it('accepts one of two concurrent assertions with one counter', async () => {
    const browsers = [new Browser(portal), new Browser(portal), new Browser(portal), new Browser(portal)];
    const attempts: { browser: Browser; assertion: object }[] = [];
    for (const one of browsers) {
      const assertion = key.authenticator.assert(key.passkey, await begin(one), portal.origin, { counter: 7 });
      attempts.push({ browser: one, assertion });
    }
    // Each has read the passkey before one of them can write it.
    const answers = await store.db.transaction(async (transaction) => {
      await transaction.select().from(passkeys).where(eq(passkeys.deviceId, key.deviceId)).for('update');
      const sent = attempts.map((attempt) => finish(attempt.browser, attempt.assertion));
      await transactionsWait(store, attempts.length);
      return { sent };
    });
    expect((await Promise.all(answers.sent)).map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
  });

  it('is refused for a minute after five failures of one passkey, and not for others', async () => {
    const codes: (string | undefined)[] = [];
    for (let turn = 0; turn < 7; turn += 1) codes.push((await logIn(browser, key, { isForged: true })).code);
    expect(codes.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => 'PASSKEY_LOGIN_REFUSED'));
    expect(codes.slice(5)).toEqual(['RATE_LIMITED', 'RATE_LIMITED']);
    const limited = await logIn(browser, key);
    expect(limited).toMatchObject({ status: 429 });
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await logIn(browser, await issueKey('bob'))).toMatchObject({ status: 200 });
  });
});

describe('the requests of a login with a passkey', () => {
  it.each(['/api/session/passkey/options', '/api/session/passkey'])(
    'are refused from another site: %s',
    async (path) => {
      const elsewhere = await new Browser(portal).send('POST', path, {}, { origin: 'http://localhost:1' });
      expect(elsewhere).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    },
  );

  it('are refused if they are not assertions', async () => {
    const browser = new Browser(portal);
    for (const credential of [
      {},
      null,
      { id: 'AAAA' },
      { id: 'AAAA', rawId: 'AAAA', type: 'public-key', response: {} },
    ])
      expect(await browser.post('/api/session/passkey', { credential })).toMatchObject({ code: 'INVALID_PARAMS' });
  });

  it('do not exist where browsers have no passkeys, because the portal has no domain name', async () => {
    const plain = await startTestPortal({ CARDWRIGHT_ORIGIN: 'https://192.0.2.7' });
    try {
      const browser = new Browser(plain);
      expect(await browser.post('/api/session/passkey/options', {})).toMatchObject({ code: 'METHOD_NOT_FOUND' });
      const nobody = { user: null, passkeys: false, secondFactor: 'unneeded', proofs: null };
      expect((await browser.get('/api/session')).body).toEqual(nobody);
    } finally {
      await plain.remove();
    }
  });

  it('are limited for each address', async () => {
    const browser = new Browser(portal);
    const statuses = new Set<number>();
    for (let turn = 0; turn < 310; turn += 1)
      statuses.add((await browser.post('/api/session/passkey/options', {})).status);
    expect(Array.from(statuses)).toEqual([200, 429]);
  });
});
