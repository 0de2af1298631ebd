import { changePin, STANDARD_OPERATIONS } from '@cardwright/cms';
import { defineOperation } from '@cardwright/cms/operations';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { desc, isNotNull } from 'drizzle-orm';
import { openPortalDatabase, type PortalDatabase } from '../../../portal/src/server/store/database.js';
import {
  audit,
  devices,
  loginAttempts,
  passkeys,
  sessions,
  signInPasskeys,
} from '../../../portal/src/server/store/schema.js';
import { TestCard } from '../../support/host-and-card/test-card.js';
import { openDatabase, type OwnDatabase } from '../../support/postgres.js';
import { addPasskeyTo, issueKeyTo, KEY_SERVICE, signWith } from './support/issued-key.js';
import { registerKey } from './support/sign-in-key.js';
import {
  ACCOUNTS,
  Browser,
  startTestPortal,
  TEST_VENDOR,
  type Answer,
  type TestPortal,
} from './support/test-portal.js';

/** The proof of a session's user, and its age. The operation is a toy; none of the product needs it yet. */

const MINUTES = 5;
const MINUTE = 60_000;
const PROOF = '/api/session/proof';
const BY_PASSKEY = `${PROOF}/passkey`;
const RIGHT = { password: 'alice-password' };
const WRONG = { password: 'bob-password' };
const demanding = defineOperation({ ...changePin, kind: 'demanding', needsFreshProof: MINUTES });
const wantsProof = { status: 401, body: { error: { data: { name: 'LOGIN_REQUIRED', details: { fresh: true } } } } };
const nobody = { status: 401, body: { error: { data: { name: 'LOGIN_REQUIRED', details: { fresh: false } } } } };
const started = { status: 200, body: { state: 'running' } };

let server: OwnDatabase;
let portal: TestPortal;
let store: PortalDatabase;
let card: TestCard;
let deviceId: string;
let alice: Browser;

beforeAll(async () => {
  server = await openDatabase({ accounts: ACCOUNTS });
  const environment = {
    DATABASE_URL: server.url,
    CARDWRIGHT_PASSKEY_SERVICES: JSON.stringify([{ kind: 'webauthn', name: KEY_SERVICE }]),
  };
  portal = await startTestPortal(environment, {}, undefined, [...STANDARD_OPERATIONS, demanding]);
  store = await openPortalDatabase({ url: server.url });
  card = new TestCard('yubikey', '10000001', TEST_VENDOR);
  const browser = await Browser.login(portal, 'alice');
  await browser.relay(await browser.openHost(card));
  const [device] = await store.db.select().from(devices);
  expect(device).toMatchObject({ state: 'active' });
  deviceId = device?.id ?? '';
});
afterAll(async () => {
  await store.close();
  await portal.remove();
  await server.stop();
});
beforeEach(async () => {
  await store.db.delete(loginAttempts);
  alice = await Browser.login(portal, 'alice');
});

/** Starts the operation in another session of the host. */
async function start(browser = alice): Promise<Answer> {
  const { startRequest } = await browser.openHost(card);
  return browser.post('/api/operations', { ...startRequest, kind: demanding.kind });
}

/** Makes all proofs so many minutes older. */
const provedBefore = (minutes: number) =>
  store.db
    .update(sessions)
    .set({ provedAt: new Date(Date.now() - minutes * MINUTE) })
    .where(isNotNull(sessions.provedAt));

/** Makes a browser with a copy of another one's current cookie. */
function copyOf({ cookies }: Browser): Browser {
  const thief = new Browser(portal);
  thief.cookies.set('cardwright', cookies.get('cardwright') ?? '');
  return thief;
}

async function lastEntry() {
  const [entry] = await store.db.select().from(audit).orderBy(desc(audit.id)).limit(1);
  return entry;
}

describe('a login', () => {
  it('is fresh for the minutes that an operation demands, and no longer', async () => {
    expect(await start()).toMatchObject(started);
    await provedBefore(MINUTES - 1);
    expect(await start()).toMatchObject(started);
    await provedBefore(MINUTES + 1);
    expect(await start()).toMatchObject(wantsProof);
  });

  it('is never fresh if it is from an earlier version, which kept no proof', async () => {
    await store.db.update(sessions).set({ provedAt: null, provedBy: null, provedDeviceId: null });
    expect((await alice.get('/api/devices')).status).toBe(200);
    expect(await start()).toMatchObject(wantsProof);
    expect(await alice.post(PROOF, RIGHT)).toMatchObject({ status: 200 });
    expect(await start()).toMatchObject(started);
  });

  it('counts if it was by a passkey, except on the very device', async () => {
    const elsewhere = new Browser(portal);
    const key = await issueKeyTo(store, portal.origin, 'alice');
    expect(await signWith(elsewhere, '/api/session/passkey', key)).toMatchObject({ status: 200 });
    expect(await start(elsewhere)).toMatchObject(started);
    const own = await addPasskeyTo(store, portal.origin, 'alice', deviceId);
    expect(await signWith(elsewhere, '/api/session/passkey', own)).toMatchObject({ status: 200 });
    expect(await start(elsewhere)).toMatchObject(wantsProof);
  });
});

describe('a passkey that its owner has registered for signing in', () => {
  it('counts only if it cannot be on the very device', async () => {
    await store.db.delete(passkeys);
    const key = await registerKey(await Browser.login(portal, 'alice'));
    const enter = async (): Promise<Browser> => {
      const browser = new Browser(portal);
      expect(await signWith(browser, '/api/session/passkey', key)).toMatchObject({ status: 200 });
      return browser;
    };
    expect(await start(await enter())).toMatchObject(wantsProof);
    expect(await signWith(alice, BY_PASSKEY, key)).toMatchObject({ status: 200 });
    expect(await start()).toMatchObject(wantsProof);
    // A computer's own.
    await store.db.update(signInPasskeys).set({ transports: ['internal'] });
    expect(await start(await enter())).toMatchObject(started);
    // One with a copy elsewhere, which no security key lets out.
    await store.db.update(signInPasskeys).set({ transports: [], isBackedUp: true });
    expect(await start(await enter())).toMatchObject(started);
    await store.db.delete(signInPasskeys);
  });
});

describe('a logged-in user', () => {
  it('proves their identity by the password, in another session: a copy of the earlier cookie ends', async () => {
    await provedBefore(MINUTES + 1);
    const thief = copyOf(alice);
    expect(await start(thief)).toMatchObject(wantsProof);
    const user = { username: 'alice', displayName: 'Alice Example', rights: ['own-account', 'own-devices'] };
    expect(await alice.post(PROOF, RIGHT)).toMatchObject({ status: 200, body: { user } });
    expect(await lastEntry()).toMatchObject({ actor: 'alice', event: 'login.renewed', outcome: 'ok' });
    expect(await start()).toMatchObject(started);
    expect(await start(thief)).toMatchObject(nobody);
    expect(await thief.post(PROOF, RIGHT)).toMatchObject(nobody);
  });

  it('proves nothing by a wrong password, which the log records', async () => {
    await provedBefore(MINUTES + 1);
    expect(await alice.post(PROOF, WRONG)).toMatchObject({ status: 403, code: 'PASSWORD_INCORRECT' });
    expect(await lastEntry()).toMatchObject({
      actor: 'alice',
      event: 'login.renewed',
      outcome: 'failed',
      detail: { reason: 'PASSWORD_INCORRECT' },
    });
    expect(await start()).toMatchObject(wantsProof);
  });

  it('has few tries, in all their sessions together, and a right one does not help then', async () => {
    await provedBefore(MINUTES + 1);
    for (let turn = 0; turn < 5; turn += 1)
      expect(await alice.post(PROOF, WRONG)).toMatchObject({ code: 'PASSWORD_INCORRECT' });
    const limited = await alice.post(PROOF, RIGHT);
    expect(limited).toMatchObject({ status: 429, code: 'RATE_LIMITED' });
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await start()).toMatchObject(wantsProof);
    const elsewhere = await Browser.login(portal, 'alice');
    expect(await elsewhere.post(PROOF, RIGHT)).toMatchObject({ code: 'RATE_LIMITED' });
  });

  it('proves their identity by a passkey of their own, and not by that of the very device', async () => {
    await provedBefore(MINUTES + 1);
    const thief = copyOf(alice);
    const own = await addPasskeyTo(store, portal.origin, 'alice', deviceId);
    expect(await signWith(alice, BY_PASSKEY, own)).toMatchObject({ status: 200 });
    expect(await start()).toMatchObject(wantsProof);
    const key = await issueKeyTo(store, portal.origin, 'alice');
    expect(await signWith(alice, BY_PASSKEY, key)).toMatchObject({ status: 200 });
    expect(await lastEntry()).toMatchObject({ actor: 'alice', event: 'login.renewed', deviceId: key.deviceId });
    expect(await start()).toMatchObject(started);
    expect(await start(thief)).toMatchObject(nobody);
  });

  it("proves nothing by another person's passkey, nor by a forged signature, and stays logged in", async () => {
    await provedBefore(MINUTES + 1);
    const refused = { status: 409, code: 'PASSKEY_LOGIN_REFUSED' };
    const hers = await issueKeyTo(store, portal.origin, 'bob');
    expect(await signWith(alice, BY_PASSKEY, hers)).toMatchObject(refused);
    expect(await lastEntry()).toMatchObject({ actor: 'alice', event: 'login.renewed', outcome: 'failed' });
    const own = await issueKeyTo(store, portal.origin, 'alice');
    expect(await signWith(alice, BY_PASSKEY, own, { isForged: true })).toMatchObject(refused);
    expect((await alice.get('/api/session')).body).toMatchObject({ user: { username: 'alice' } });
    expect(await start()).toMatchObject(wantsProof);
  });
});

it.each([
  [PROOF, RIGHT],
  [BY_PASSKEY, { credential: {} }],
])('accepts no proof at %s without a session, or from another site', async (path, body) => {
  expect(await new Browser(portal).post(path, body)).toMatchObject(nobody);
  const elsewhere = await alice.send('POST', path, body, { origin: 'http://localhost:1' });
  expect(elsewhere).toMatchObject({ status: 403, code: 'FORBIDDEN' });
});

it('opens no device of another person by a fresh proof', async () => {
  const bob = await Browser.login(portal, 'bob');
  expect(await start(bob)).toMatchObject({ code: 'DEVICE_NOT_ELIGIBLE' });
});
