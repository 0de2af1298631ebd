import { BEING_ERASED, GIVEN_BACK, type DeviceState } from '@cardwright/cms/devices';
import type { Certificate, Device } from '@cardwright/cms/store';
import { validate } from '@cardwright/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eq } from 'drizzle-orm';
import * as v from 'valibot';
import { openPortalDatabase, type PortalDatabase } from '../../../portal/src/server/store/database.js';
import { certificates, devices, notices, passkeys, users } from '../../../portal/src/server/store/schema.js';
import { offersIn } from '../../support/portal-devices.js';
import { openDatabase, type OwnDatabase } from '../../support/postgres.js';
import { newCertificate, newDevice, newPasskey } from '../store/rows.js';
import { act } from './support/operator.js';
import { ACCOUNTS, Browser, startTestPortal, type TestPortal } from './support/test-portal.js';
import { expectSince } from '../../support/moment.js';

/** The owners' view of their devices: until when they are valid, and why they are not. */

const DAY = 86_400_000;
const BEGAN = Date.now();

let server: OwnDatabase;
let portal: TestPortal;
let store: PortalDatabase;
let alice: Browser;
let olga: Browser;
let owner: string;

beforeAll(async () => {
  server = await openDatabase({ accounts: ACCOUNTS });
  portal = await startTestPortal({ DATABASE_URL: server.url, CARDWRIGHT_DEVICE_LIMIT: '2' });
  store = await openPortalDatabase({ url: server.url });
  [alice, olga] = [await Browser.login(portal, 'alice'), await Browser.login(portal, 'olga')];
  const [user] = await store.db.select().from(users).where(eq(users.username, 'alice'));
  owner = user?.id ?? '';
});
beforeEach(async () => {
  await store.db.delete(certificates);
  await store.db.delete(notices);
  await store.db.delete(passkeys);
  await store.db.delete(devices);
});
afterAll(async () => {
  await store.close();
  await portal.remove();
  await server.stop();
});

async function add(state: DeviceState, about: Partial<Device> = {}): Promise<string> {
  const row = newDevice(owner, { state, ...about });
  await store.db.insert(devices).values(row);
  return row.id;
}

const change = v.object({ at: v.pipe(v.string(), v.isoTimestamp()), reason: v.nullable(v.string()) });
const mine = v.object({
  operations: v.array(v.strictObject({ kind: v.string(), label: v.string(), subject: v.optional(v.string()) })),
  devices: v.array(
    v.object({
      id: v.string(),
      goodUntil: v.nullable(v.string()),
      expiry: v.nullable(v.strictObject({ at: v.string(), days: v.number() })),
      suspended: v.nullable(change),
      operations: v.array(v.string()),
    }),
  ),
  terminated: v.array(
    v.strictObject({
      id: v.string(),
      model: v.string(),
      modelName: v.string(),
      name: v.nullable(v.string()),
      serial: v.nullable(v.string()),
      guid: v.string(),
      end: v.string(),
      incident: v.nullable(v.string()),
      operations: v.array(v.string()),
      ...change.entries,
    }),
  ),
  limit: v.object({ used: v.number(), reason: v.nullable(v.string()) }),
});
const read = async (browser = alice) => validate(mine, (await browser.get('/api/devices')).body);

describe('a device', () => {
  const today = Math.floor(Date.now() / DAY);
  const inDays = (days: number): Date => new Date((today + days) * DAY);

  async function goodUntil(ends: readonly (Partial<Certificate> & Pick<Certificate, 'slot' | 'notAfter'>)[]) {
    const id = await add('active');
    await store.db.insert(certificates).values(ends.map((about) => newCertificate(id, about)));
    return (await read()).devices[0]?.goodUntil;
  }

  it('is valid until the first of its valid certificates ends', async () => {
    const until = await goodUntil([
      { slot: '9A', notAfter: inDays(900) },
      { slot: '9C', notAfter: inDays(30) },
      { slot: '9D', notAfter: inDays(1000) },
    ]);
    expect(until).toBe(inDays(30).toISOString());
  });

  it('is not limited by a certificate that has expired, or is on hold or revoked', async () => {
    const until = await goodUntil([
      { slot: '9A', notAfter: inDays(-1) },
      { slot: '9C', notAfter: inDays(20), revocationReason: 'certificateHold', revokedAt: new Date() },
      { slot: '9D', notAfter: inDays(10), revocationReason: 'cessationOfOperation', revokedAt: new Date() },
      { slot: '9E', notAfter: inDays(40) },
    ]);
    expect(until).toBe(inDays(40).toISOString());
  });

  it('offers its renewal once the first of its certificates ends within 30 days, or has ended, and not what is being renewed', async () => {
    const offers = async (...ends: readonly (Partial<Certificate> & Pick<Certificate, 'slot' | 'notAfter'>)[]) => {
      const id = await add('active');
      await store.db.insert(certificates).values(ends.map((about) => newCertificate(id, about)));
      return (await read()).devices.at(-1)?.operations.includes('renew');
    };
    const later = { slot: '9C', notAfter: inDays(900) } as const;
    expect(await offers(later, { slot: '9A', notAfter: inDays(40) })).toBe(false);
    expect(await offers(later, { slot: '9A', notAfter: inDays(20) })).toBe(true);
    expect(await offers(later, { slot: '9A', notAfter: inDays(-20) })).toBe(true);
    const renewed = { revocationReason: 'certificateHold', pendingRenewal: 'renewal' } as const;
    expect(await offers(later, { slot: '9A', notAfter: inDays(20), ...renewed })).toBe(false);
  });

  it('offers to remove a passkey, and to change the FIDO PIN, while it has a passkey', async () => {
    const id = await add('active');
    const kinds = async () => (await read()).devices.at(-1)?.operations;
    expect(await kinds()).not.toContain('remove-passkey');
    await store.db.insert(passkeys).values(newPasskey(id));
    expect(await kinds()).toEqual(expect.arrayContaining(['remove-passkey', 'change-fido-pin']));
    // The policy of its model wants no passkeys.
    expect(await kinds()).not.toContain('add-passkey');
    expect((await read()).operations).toContainEqual(
      expect.objectContaining({ kind: 'remove-passkey', subject: 'passkey' }),
    );
  });

  it('has no end of validity without a valid certificate', async () => {
    expect(await goodUntil([{ slot: '9A', notAfter: inDays(-1) }])).toBeNull();
  });

  const soon = (days: number): Date => new Date(Date.now() + days * DAY);

  it.each([
    ['how many days are left, in the last 30', 'active', soon(11.5), 12],
    ['that it expires within a day', 'active', soon(0.5), 1],
    ['that it has expired', 'active', soon(-100), 0],
    ['nothing before', 'active', soon(31), null],
    ['nothing while it is suspended', 'suspended', soon(5), null],
  ] as const)('shows %s', async (_what, state, notAfter, days) => {
    const id = await add(state);
    const later = newCertificate(id, { slot: '9C', notAfter: soon(900) });
    await store.db.insert(certificates).values([newCertificate(id, { notAfter }), later]);
    const expiry = (await read()).devices[0]?.expiry;
    expect(expiry).toEqual(days === null ? null : { at: notAfter.toISOString(), days });
  });
});

describe('the operations', () => {
  it('are named for their buttons, in the language of the page', async () => {
    const { body } = await alice.send('GET', '/api/devices', undefined, { 'accept-language': 'de' });
    expect(validate(mine, body).operations).toEqual(offersIn('de'));
    expect(offersIn('de')).toContainEqual({ kind: 'erase', label: 'Zurückgeben' });
    expect((await read()).operations).toEqual(offersIn('en'));
  });
});

describe('a suspended device', () => {
  it('shows the time, and no words if the operator wrote none', async () => {
    const id = await add('active');
    expect((await read()).devices[0]?.suspended).toBeNull();
    expect((await act(olga, id, 'suspend')).status).toBe(200);
    const suspended = (await read()).devices[0]?.suspended;
    expect(suspended?.reason).toBeNull();
    expectSince(suspended?.at, BEGAN);
  });

  it('shows the words of the operator if there are some', async () => {
    await add('suspended', { stateReason: 'suspended by an operator: Lost: on the train.' });
    expect((await read()).devices[0]?.suspended?.reason).toBe('Lost: on the train.');
  });
});

describe('a terminated device', () => {
  it('is listed with time and reason, and takes no place', async () => {
    const [id] = [await add('active', { serial: '4711' }), await add('active')];
    expect((await read()).limit).toMatchObject({ used: 2, reason: expect.any(String) });
    expect((await act(olga, id, 'terminate', 'Lost in the train.')).status).toBe(200);
    const { devices: rest, terminated, limit } = await read();
    expect(rest).toHaveLength(1);
    expect(limit).toEqual({ used: 1, reason: null });
    expect(terminated).toMatchObject([{ id, modelName: 'YubiKey 5', serial: '4711', reason: 'Lost in the train.' }]);
    expectSince(terminated[0]?.at, BEGAN);
    expect((await read(olga)).terminated).toEqual([]);
  });

  it('shows no reason if the operator wrote none, and not that of a program', async () => {
    const id = await add('active');
    await act(olga, id, 'terminate');
    await add('terminated', { stateReason: 'deleted by its owner' });
    expect((await read()).terminated.map(({ reason }) => reason)).toEqual([null, null]);
  });

  it('is not listed once it was released', async () => {
    const id = await add('terminated', { stateReason: 'terminated by an operator' });
    expect((await read()).terminated).toHaveLength(1);
    expect((await act(olga, id, 'release', 'Someone else gets it.')).status).toBe(200);
    expect((await read()).terminated).toEqual([]);
  });

  it('is listed as given back once its erased card was read back, and can be given back until then', async () => {
    const back = await add('available', { stateReason: GIVEN_BACK });
    await add('available', { stateReason: 'started again' });
    const erased = await add('terminated', { stateReason: BEING_ERASED });
    const ended = new Map((await read()).terminated.map(({ id, end, operations }) => [id, [end, operations]]));
    expect(ended).toEqual(
      new Map([
        [back, ['given-back', []]],
        [erased, ['being-erased', ['erase']]],
      ]),
    );
  });

  it('is listed only among the twenty newest', async () => {
    const ids: string[] = [];
    for (let day = 0; day < 21; day += 1)
      ids.push(await add('terminated', { updatedAt: new Date((20_000 + day) * DAY) }));
    expect((await read()).terminated.map(({ id }) => id)).toEqual(ids.slice(1).reverse());
  });

  it('is not listed as a mobile device that never worked, or works again', async () => {
    const phone = (state: DeviceState, identity: string, activatedAt: Date | null) =>
      add(state, { model: 'ios', modelName: 'iPhone 16 Pro', identity, activatedAt });
    await phone('terminated', 'apple:never', null);
    await phone('terminated', 'apple:again', new Date());
    await phone('active', 'apple:again', new Date());
    const gone = await phone('terminated', 'apple:gone', new Date());
    expect((await read()).terminated.map(({ id }) => id)).toEqual([gone]);
  });
});
