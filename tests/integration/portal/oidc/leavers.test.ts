import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eq, isNotNull } from 'drizzle-orm';
import { loadKeyRing } from '../../../../portal/src/server/keys/key-ring.js';
import { LeaverMeasures } from '../../../../portal/src/server/login/leaver-measures.js';
import { SessionChecker } from '../../../../portal/src/server/login/session-checks.js';
import type { Leavers } from '../../../../portal/src/server/login/settings.js';
import { SignIn } from '../../../../portal/src/server/login/sign-in.js';
import { openPortalDatabase, type PortalDatabase } from '../../../../portal/src/server/store/database.js';
import { audit, certificates, operations, sessions, users } from '../../../../portal/src/server/store/schema.js';
import { LIED_TO, LyingProvider, type Lie } from '../../../support/oidc/lying-provider.js';
import { act } from '../support/operator.js';
import { newDevice, rowOf } from '../support/operators-portal.js';
import { Browser, type Answer, type TestPortal } from '../support/test-portal.js';
import { startProviderPortal } from './provider-portal.js';
import { answer, begin } from './provider-user.js';
import { drawnTests } from '../../../support/thorough.js';

const drawnIt = drawnTests(2);

/** People who may no longer sign in, and those who only seem so. */

const DAY = 24 * 60 * 60_000;

let liar: LyingProvider;
let strict: LyingProvider;
let portal: TestPortal;
let database: PortalDatabase;
let olga: Browser;
let count = 0;
let name: string;
const log: string[] = [];

beforeAll(async () => {
  [liar, strict] = [await LyingProvider.start(), await LyingProvider.start()];
  const entry = {
    title: 'Some provider',
    clientId: LIED_TO.id,
    secret: LIED_TO.secret,
    everyone: [],
    roles: [{ group: 'staff', role: 'user' }],
  };
  portal = await startProviderPortal([
    { ...entry, name: 'liar', issuer: liar.issuer },
    { ...entry, name: 'strict', issuer: strict.issuer, refusalMeansLeft: true },
  ]);
  database = await openPortalDatabase(portal.configuration.database);
  olga = await Browser.login(portal, 'olga');
});
afterAll(async () => {
  await database.close();
  await portal.remove();
  await Promise.all([liar.stop(), strict.stop()]);
});
beforeEach(() => {
  count += 1;
  name = `leo${count}`;
});
afterEach(async () => {
  for (const one of [liar, strict]) [one.refuses, one.failsWith] = [null, null];
  await database.db.delete(sessions).where(isNotNull(sessions.provider));
});

/** Comes back from a provider. */
async function come(provider: LyingProvider, lie: Lie = {}, browser = new Browser(portal)): Promise<[Browser, Answer]> {
  const at = provider === liar ? 'liar' : 'strict';
  const claims = { sub: name, preferred_username: name, groups: ['staff'], ...lie.claims };
  const address = provider.answerTo(await begin(browser, at), { canRefresh: true, ...lie, claims });
  return [browser, await answer(browser, at, address)];
}

/** Signs in for the first time, or again. */
async function enter(provider = liar): Promise<Browser> {
  const [browser, answered] = await come(provider);
  expect(answered.body).toMatchObject({ user: { username: name } });
  return browser;
}

async function check(settings = portal.configuration.signIn): Promise<void> {
  const keys = await loadKeyRing(portal.folder, portal.configuration.keys);
  const signIn = new SignIn(settings, keys, () => portal.origin);
  const checker = new SessionChecker(database.db, signIn, (line) => log.push(line));
  await checker.checkDue(new AbortController().signal, new Date(Date.now() + 60_000));
}

const take = (leavers: Leavers = 'suspend', days = 0): Promise<number> =>
  new LeaverMeasures(database, leavers, () => new Date(Date.now() + days * DAY)).takeDue(new AbortController().signal);

const personOf = async (username = name) => {
  const [row] = await database.db.select().from(users).where(eq(users.username, username));
  if (!row) throw new Error(`nobody is called ${username}`);
  return row;
};
const isIn = async (browser: Browser): Promise<boolean> => (await browser.get('/api/devices')).status === 200;
const standingOf = async (id: string) =>
  (await database.db.select().from(certificates).where(eq(certificates.deviceId, id))).map(
    ({ revocationReason }) => revocationReason,
  );
const changesOf = async (id: string) =>
  (await database.db.select().from(audit).where(eq(audit.deviceId, id)).orderBy(audit.id))
    .filter(({ event }) => event === 'device.state-changed')
    .map(({ actor, detail }) => ({ actor, ...detail }));
const eventsOf = async () =>
  (
    await database.db
      .select()
      .from(audit)
      .where(eq(audit.personId, (await personOf()).id))
      .orderBy(audit.id)
  )
    .filter(({ event }) => event.startsWith('person.'))
    .map(({ actor, event, detail }) => ({ actor, event, because: detail.because }));
/** Devices in the operators' list of those whose owners left. */
const listed = async (): Promise<unknown> => (await olga.get('/api/operator/devices?left=yes&waiting=no')).body;

describe('a person whom the provider refuses for good', () => {
  drawnIt(
    'is out everywhere, is shown as left, and has the devices suspended by the portal, with their certificates',
    async () => {
      const [desk, laptop] = [await enter(strict), await enter(strict)];
      const id = await newDevice(database, 'active', {}, name);
      strict.refuses = 'invalid_grant';
      await check();
      expect([await isIn(desk), await isIn(laptop)]).toEqual([false, false]);
      expect(await eventsOf()).toEqual([{ actor: 'portal', event: 'person.left', because: 'refused-by-provider' }]);
      expect(await take()).toBeGreaterThan(0);
      expect(await rowOf(database, id)).toMatchObject({ state: 'suspended', stateBeforeSuspension: 'active' });
      expect(await standingOf(id)).toEqual(['certificateHold']);
      expect(await changesOf(id)).toEqual([
        { actor: 'portal', from: 'active', to: 'suspended', reason: 'its owner left' },
      ]);
      const left = { at: (await personOf()).leftAt?.toISOString(), because: 'refused-by-provider' };
      expect(await listed()).toMatchObject({
        devices: expect.arrayContaining([
          expect.objectContaining({ id, isForLeaving: true, owner: expect.objectContaining({ left }) as unknown }),
        ]) as unknown,
      });
      expect((await olga.get(`/api/operator/people/${(await personOf()).id}`)).body).toMatchObject({
        person: { left },
      });
      await take({ terminateAfter: 1 }, 400);
    },
  );

  drawnIt('has the devices suspended once, by however many portals', async () => {
    await enter(strict);
    const ids = await Promise.all(
      ['active', 'pending'].map((state) => newDevice(database, state as 'active', {}, name)),
    );
    strict.refuses = 'invalid_grant';
    await check();
    await Promise.all([take(), take(), take(), take()]);
    for (const id of ids) expect(await changesOf(id)).toHaveLength(1);
    await take({ terminateAfter: 1 }, 400);
  });

  drawnIt('finds the devices suspended when she is back, and only an operator resumes them', async () => {
    await enter(strict);
    const id = await newDevice(database, 'active', {}, name);
    const lost = {
      state: 'suspended',
      stateBeforeSuspension: 'active',
      stateReason: 'reported lost by its owner',
      incident: 'lost',
    } as const;
    const { state, ...about } = lost;
    const reported = await newDevice(database, state, about, name);
    strict.refuses = 'invalid_grant';
    await check();
    await take();
    strict.refuses = null;
    const browser = await enter(strict);
    expect(await isIn(browser)).toBe(true);
    expect((await eventsOf()).map(({ event }) => event)).toEqual(['person.left', 'person.returned']);
    await take();
    expect(await rowOf(database, id)).toMatchObject({ state: 'suspended' });
    expect(await browser.post(`/api/devices/${reported}/take-back`, {})).toMatchObject({ code: 'DEVICE_STATE' });
    expect(JSON.stringify(await listed())).not.toContain(id);
    expect(await act(olga, id, 'resume')).toMatchObject({ body: { state: 'active' } });
    await take();
    expect(await rowOf(database, id)).toMatchObject({ state: 'active' });
    expect(await standingOf(id)).toEqual([null]);
  });

  drawnIt('keeps a device that an operator resumes meanwhile', async () => {
    await enter(strict);
    const [kept, ended] = [
      await newDevice(database, 'active', {}, name),
      await newDevice(database, 'active', {}, name),
    ];
    strict.refuses = 'invalid_grant';
    await check();
    await take({ terminateAfter: 30 });
    await act(olga, kept, 'resume');
    await take({ terminateAfter: 30 }, 29);
    expect((await rowOf(database, ended)).state).toBe('suspended');
    await take({ terminateAfter: 30 }, 31);
    expect([(await rowOf(database, kept)).state, (await rowOf(database, ended)).state]).toEqual([
      'active',
      'terminated',
    ]);
    expect(await standingOf(ended)).toEqual(['cessationOfOperation']);
    expect(await take({ terminateAfter: 30 }, 60)).toBe(0);
    await act(olga, kept, 'terminate');
  });

  drawnIt('keeps all devices where the setting says nothing', async () => {
    await enter(strict);
    const id = await newDevice(database, 'active', {}, name);
    strict.refuses = 'invalid_grant';
    await check();
    expect(await take('nothing')).toBe(0);
    expect((await rowOf(database, id)).state).toBe('active');
    await act(olga, id, 'terminate');
  });

  drawnIt('cannot continue what she has begun, not even in a session that is still there', async () => {
    const browser = await enter(strict);
    const { id: userId } = await personOf();
    const device = await newDevice(database, 'producing', {}, name);
    const operation = randomUUID();
    const about = {
      kind: 'issue',
      status: 'running',
      stepNumber: 1,
      session: 's',
      state: {},
      stepMethods: [],
    } as const;
    await database.db
      .insert(operations)
      .values({ id: operation, userId, deviceId: device, guid: (await rowOf(database, device)).guid, ...about });
    expect(await isIn(browser)).toBe(true);
    await database.db.update(users).set({ leftAt: new Date(), leftBecause: 'no-role' }).where(eq(users.id, userId));
    const results = await browser.post(`/api/operations/${operation}/results`, { step: 1, outcomes: [] });
    expect([results.status, results.code]).toEqual([401, 'LOGIN_REQUIRED']);
    expect(await isIn(browser)).toBe(false);
    await take();
    await take({ terminateAfter: 1 }, 400);
    expect((await rowOf(database, device)).state).toBe('terminated');
  });
});

describe('a person whose session the provider does not renew', () => {
  drawnIt('may only have signed out there: is shown as left, and nothing is suspended', async () => {
    const browser = await enter();
    const id = await newDevice(database, 'active', {}, name);
    liar.refuses = 'invalid_grant';
    await check();
    expect(await isIn(browser)).toBe(false);
    expect(await personOf()).toMatchObject({ leftBecause: 'session-refused' });
    await take();
    await take({ terminateAfter: 1 }, 400);
    expect((await rowOf(database, id)).state).toBe('active');
    liar.refuses = null;
    await enter();
    expect(await personOf()).toMatchObject({ leftAt: null, leftBecause: null });
    await act(olga, id, 'terminate');
  });

  drawnIt('is not shown as left while there is another session', async () => {
    const desk = await enter();
    const [laptop] = await come(liar, { canRefresh: false });
    liar.refuses = 'invalid_grant';
    await check();
    expect([await isIn(desk), await isIn(laptop)]).toEqual([false, true]);
    expect(await personOf()).toMatchObject({ leftAt: null });
  });
});

describe('a person without a role', () => {
  drawnIt('has left when the provider says so at a sign-in, and is out in all sessions', async () => {
    const browser = await enter();
    const [, answered] = await come(liar, { claims: { groups: ['others'] } });
    expect(answered.body).toEqual({ refusal: 'not-permitted', isProof: false });
    expect(await isIn(browser)).toBe(false);
    expect(await eventsOf()).toEqual([{ actor: 'portal', event: 'person.left', because: 'no-role' }]);
    await come(liar, { claims: { groups: ['others'] } });
    expect(await eventsOf()).toHaveLength(1);
    await enter();
    expect(await personOf()).toMatchObject({ leftAt: null });
  });

  drawnIt('has left when a check of the session says so', async () => {
    const userInfo = { sub: name, groups: ['staff'] };
    const [browser, answered] = await come(liar, { userInfo });
    expect(answered.body).toMatchObject({ user: { username: name } });
    liar.userInfo = { sub: name, groups: [] };
    await check();
    expect(await isIn(browser)).toBe(false);
    expect(await personOf()).toMatchObject({ leftBecause: 'no-role' });
  });
});

describe('nobody has left', () => {
  it.each<[string, (provider: LyingProvider) => void]>([
    ['fails', (provider) => (provider.failsWith = 500)],
    ['is asked too often', (provider) => (provider.failsWith = 429)],
    ['answers as a proxy that lets nobody in', (provider) => (provider.failsWith = 403)],
    ['no longer knows the portal', (provider) => (provider.refuses = 'invalid_client')],
    ['is away for a time', (provider) => (provider.refuses = 'temporarily_unavailable')],
    ['refuses the request for another reason', (provider) => (provider.refuses = 'invalid_request')],
  ])('where the provider %s', async (_what, fail) => {
    await enter(strict);
    fail(strict);
    await check();
    expect(await personOf()).toMatchObject({ leftAt: null });
    expect(await eventsOf()).toEqual([]);
  });

  drawnIt('where the settings no longer have the provider', async () => {
    const browser = await enter(strict);
    await check({ oidc: [], leavers: 'suspend' });
    expect(await isIn(browser)).toBe(false);
    expect(await personOf()).toMatchObject({ leftAt: null });
  });

  drawnIt('where another person has the same name, at the same provider or another one', async () => {
    const browser = await enter();
    for (const [provider, sub] of [
      [liar, 'someone-else'],
      [strict, name],
    ] as const)
      for (const groups of [['staff'], []])
        expect((await come(provider, { claims: { sub, groups } }))[1].body).toMatchObject({
          refusal: groups.length === 0 ? 'not-permitted' : 'taken',
        });
    expect(await isIn(browser)).toBe(true);
    expect(await personOf()).toMatchObject({ leftAt: null });
  });
});
