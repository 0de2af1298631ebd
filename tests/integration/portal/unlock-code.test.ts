import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect } from '@jest/globals';
import { validate } from '@cardwright/protocol';
import type { OperationAnswer } from '@cardwright/protocol/cms';
import { eq } from 'drizzle-orm';
import * as v from 'valibot';
import { openPortalDatabase, type PortalDatabase } from '../../../portal/src/server/store/database.js';
import { devices } from '../../../portal/src/server/store/schema.js';
import { NO_VERSION } from '../../support/engine/operator-action.js';
import { otherThan } from '../../support/engine/unlock-code.js';
import type { PlayedHost } from '../../support/host-and-card/played-host.js';
import { TestCard } from '../../support/host-and-card/test-card.js';
import { openDatabase, type OwnDatabase } from '../../support/postgres.js';
import { act, lookAt, setPolicy } from './support/operator.js';
import {
  ACCOUNTS,
  Browser,
  listDevices,
  startTestPortal,
  TEST_VENDOR,
  type Answer,
  type TestPortal,
} from './support/test-portal.js';
import { drawnTests } from '../../support/thorough.js';
import { expectSince } from '../../support/moment.js';

const drawnIt = drawnTests(2);

const DAY = 24 * 60 * 60 * 1000;

let server: OwnDatabase;
let portal: TestPortal;
let store: PortalDatabase;
let alice: Browser;
let bob: Browser;
let olga: Browser;
let serial = 70_000_000;
let card: TestCard;
/** Alice's device. */
let id: string;

beforeAll(async () => {
  server = await openDatabase({ accounts: ACCOUNTS });
  portal = await startTestPortal({ DATABASE_URL: server.url, CARDWRIGHT_DEVICE_LIMIT: '1000' });
  store = await openPortalDatabase({ url: server.url });
  [alice, bob, olga] = [
    await Browser.login(portal, 'alice'),
    await Browser.login(portal, 'bob'),
    await Browser.login(portal, 'olga'),
  ];
  await setPolicy(portal, olga, 'yubikey', { unlockNeedsCode: true });
});
afterAll(async () => {
  await store.close();
  await portal.remove();
  await server.stop();
});
beforeEach(async () => {
  card = new TestCard('yubikey', String((serial += 1)), TEST_VENDOR);
  id = await issueTo(alice, card);
});

/** Issues a card to a user. Returns the id of the device. */
async function issueTo(owner: Browser, to: TestCard): Promise<string> {
  expect(await owner.relay(await owner.openHost(to))).toMatchObject({ deviceState: 'active' });
  const row = (await listDevices(owner)).devices.find((device) => device.serial === to.serial);
  if (!row) throw new Error('the device has no row');
  return row.id;
}

const issued = v.strictObject({
  code: v.pipe(v.string(), v.regex(/^\d{8}$/)),
  expiresAt: v.pipe(v.string(), v.isoTimestamp()),
});

const askFor = async (operator: Browser, device = id, seen?: string): Promise<Answer> =>
  operator.post(`/api/operator/devices/${device}/unlock-code`, { seen: seen ?? (await lookAt(olga, device)) });
const issueCode = async () => validate(issued, (await askFor(olga)).body);

const start = (host: PlayedHost, code?: string, person = alice): Promise<Answer> =>
  person.post('/api/operations', { ...host.startRequest, kind: 'unlock', ...(code === undefined ? {} : { code }) });

const described = async (operator: Browser, device = id) => {
  const { body } = await operator.get('/api/operator/devices');
  const page = v.object({ devices: v.array(v.looseObject({ id: v.string(), canIssueCode: v.boolean() })) });
  return validate(page, body).devices.find((one) => one.id === device);
};

const logOf = async (device = id) => {
  const entry = v.object({
    actor: v.string(),
    event: v.string(),
    outcome: v.string(),
    deviceId: v.nullable(v.string()),
  });
  const { entries } = validate(v.object({ entries: v.array(entry) }), (await olga.get('/api/operator/audit')).body);
  return entries
    .filter(({ deviceId, event }) => deviceId === device && event.startsWith('unlock-code.'))
    .map(({ actor, event, outcome }) => `${actor} ${event} ${outcome}`)
    .reverse();
};

describe('a one-time code', () => {
  drawnIt('is issued by an operator, and gives the owner of the device a new PIN', async () => {
    const before = Date.now();
    const { code, expiresAt } = await issueCode();
    expectSince(expiresAt, before, 10 * 60_000);
    const host = await alice.openHost(card);
    host.user = () => '862713';
    expect(await start(host)).toMatchObject({ status: 403, code: 'CODE_NEEDED' });
    const wrong = await start(host, otherThan(code));
    expect(wrong).toMatchObject({ status: 403, code: 'CODE_INCORRECT' });
    expect(JSON.stringify(wrong.body)).toContain('"retriesLeft":4');
    let answer: OperationAnswer = await alice.operate('', { ...host.startRequest, kind: 'unlock', code });
    while (answer.step) {
      const outcomes = await host.run(answer.step.jws);
      answer = await alice.operate(`/${answer.operation}/results`, { step: answer.step.number, outcomes });
    }
    expect(answer).toMatchObject({ state: 'done', error: null });
    expect(card.pin).toBe('862713');
    expect(await logOf()).toEqual([
      'olga unlock-code.issued ok',
      'alice unlock-code.refused failed',
      'alice unlock-code.used ok',
    ]);
    expect(await start(await alice.openHost(card), code)).toMatchObject({ code: 'CODE_INCORRECT' });
  });

  drawnIt('is shown only to the operator, once, and kept sealed', async () => {
    const { code } = await issueCode();
    const pages = ['operator/devices', `operator/devices/${id}`, 'operator/audit'];
    for (const path of pages) expect(JSON.stringify((await olga.get(`/api/${path}`)).body)).not.toContain(code);
    expect(JSON.stringify((await alice.get('/api/devices')).body)).not.toContain(code);
    const [row] = await store.db.select().from(devices).where(eq(devices.id, id));
    expect(row?.unlockCode).toMatch(/^[\w-]+\.[\w-]*\.[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(JSON.stringify(row)).not.toContain(code);
    expect((await askFor(olga)).headers.get('cache-control')).toBe('no-store');
  });

  drawnIt('is compared with five of many concurrent guesses', async () => {
    const { code } = await issueCode();
    const host = await alice.openHost(card);
    const guesses = await Promise.all(Array.from({ length: 10 }, () => start(host, otherThan(code))));
    expect(guesses.map((guess) => guess.code)).toEqual(Array.from({ length: 10 }, () => 'CODE_INCORRECT'));
    expect(await start(host, code)).toMatchObject({ code: 'CODE_INCORRECT' });
  });

  drawnIt('is valid for one operation in two tabs', async () => {
    const { code } = await issueCode();
    const [one, other] = [await alice.openHost(card), await alice.openHost(card)];
    const answers = await Promise.all([start(one, code), start(other, code)]);
    const started = answers.map(({ body }) => validate(v.looseObject({ operation: v.string() }), body).operation);
    expect(new Set(started).size).toBe(1);
  });
});

describe('the issuer of a one-time code', () => {
  drawnIt('is no user, and nobody without a login', async () => {
    const seen = await lookAt(olga, id);
    for (const someone of [alice, bob]) expect(await askFor(someone, id, seen)).toMatchObject({ code: 'FORBIDDEN' });
    expect(await askFor(new Browser(portal), id, seen)).toMatchObject({ status: 401, code: 'LOGIN_REQUIRED' });
    expect(await logOf()).toEqual([]);
  });

  drawnIt('is another operator than the owner, and the page offers it to no one else', async () => {
    const own = await issueTo(olga, new TestCard('yubikey', String((serial += 1)), TEST_VENDOR));
    expect(await askFor(olga, own)).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    const oscar = await Browser.login(portal, 'oscar');
    expect([await described(olga, own), await described(oscar, own)]).toMatchObject([
      { canIssueCode: false },
      { canIssueCode: true },
    ]);
    expect((await askFor(oscar, own)).status).toBe(200);
  });

  drawnIt('has seen the device in its present state', async () => {
    const seen = await lookAt(olga, id);
    for (const action of ['suspend', 'resume']) await act(olga, id, action);
    for (const old of [seen, NO_VERSION])
      expect(await askFor(olga, id, old)).toMatchObject({ status: 409, code: 'DEVICE_CHANGED' });
    expect(await askFor(olga, randomUUID(), NO_VERSION)).toMatchObject({ code: 'DEVICE_STATE' });
    expect((await olga.post(`/api/operator/devices/${id}/unlock-code`, {})).code).toBe('INVALID_PARAMS');
    expect(await logOf()).toEqual([]);
  });

  drawnIt('needs an active device of a policy that requires codes', async () => {
    await act(olga, id, 'suspend');
    expect(await described(olga)).toMatchObject({ canIssueCode: false });
    expect(await askFor(olga)).toMatchObject({ status: 409, code: 'DEVICE_STATE' });
    const plain = new TestCard('piv', null, null);
    expect(await alice.relay(await alice.openHost(plain))).toMatchObject({ deviceState: 'active' });
    const other = (await listDevices(alice)).devices.find(({ guid }) => guid === plain.guid)?.id ?? '';
    expect(await described(olga, other)).toMatchObject({ canIssueCode: false });
    expect(await askFor(olga, other)).toMatchObject({ code: 'DEVICE_STATE' });
  });
});

describe('the owner', () => {
  const told = async (): Promise<unknown> => {
    const shape = v.object({ devices: v.array(v.object({ id: v.string(), codeIssuedAt: v.nullable(v.string()) })) });
    const mine = validate(shape, (await alice.get('/api/devices')).body).devices;
    return mine.find((device) => device.id === id)?.codeIssuedAt;
  };

  drawnIt('sees for a day that a code was issued, also when it is over', async () => {
    expect(await told()).toBeNull();
    const before = Date.now();
    await issueCode();
    expectSince(String(await told()), before);
    await act(olga, id, 'suspend');
    expect(await told()).toEqual(expect.any(String));
    await store.db
      .update(devices)
      .set({ unlockCodeIssuedAt: new Date(Date.now() - DAY) })
      .where(eq(devices.id, id));
    expect(await told()).toBeNull();
  });
});

drawnIt('needs more than an operator’s session to drop the requirement of codes', async () => {
  const { policies } = validate(
    v.object({ policies: v.array(v.looseObject({ model: v.string(), policy: v.looseObject({}) })) }),
    (await olga.get('/api/operator/policy')).body,
  );
  const policy = { ...policies.find(({ model }) => model === 'yubikey')?.policy, unlockNeedsCode: false };
  const { body } = await olga.send('PUT', '/api/operator/policy', { model: 'yubikey', policy });
  expect(body).toMatchObject({ outcome: 'consent-needed' });
});
