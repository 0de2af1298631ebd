import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { validate } from '@cardwright/protocol';
import { sql } from 'drizzle-orm';
import * as v from 'valibot';
import { DEVICE_STATES, type DeviceState } from '@cardwright/cms/devices';
import { record } from '../../../portal/src/server/audit.js';
import { openPortalDatabase, type PortalDatabase } from '../../../portal/src/server/store/database.js';
import { certificates, devices, users, type DeviceRow } from '../../../portal/src/server/store/schema.js';
import { openDatabase, type OwnDatabase } from '../../support/postgres.js';
import { newCertificate } from '../store/rows.js';
import { ACCOUNTS, Browser, startTestPortal, type TestPortal } from './support/test-portal.js';

const STATES = Object.keys(DEVICE_STATES) as DeviceState[];
/** Time of many devices, so that they differ only by their ids. */
const MOMENT = new Date('2026-11-01T12:00:00Z');
const MANY = 120;

const PEOPLE = [
  ['ada.lovelace', 'Ada Lovelace'],
  ['lise', 'Lise Meitner'],
  ['under_score', 'Percent 100%'],
  ['zoe', 'Zoë Ärmel'],
] as const;

let server: OwnDatabase;
let portal: TestPortal;
let store: PortalDatabase;
let olga: Browser;
const ids = new Map<string, string>();

beforeAll(async () => {
  server = await openDatabase({ accounts: ACCOUNTS });
  portal = await startTestPortal({ DATABASE_URL: server.url });
  store = await openPortalDatabase({ url: server.url });
  for (const [username, displayName] of PEOPLE)
    await store.db.insert(users).values({ id: randomUUID(), username, displayName, passwordHash: 'none' });
  for (const { id, username } of await store.db.select().from(users)) ids.set(username, id);
  olga = await Browser.login(portal, 'olga');
});
afterAll(async () => {
  await store.close();
  await portal.remove();
  await server.stop();
});

const list = v.object({
  devices: v.array(
    v.object({
      id: v.string(),
      state: v.string(),
      serial: v.nullable(v.string()),
      owner: v.object({ username: v.string() }),
      actions: v.array(v.object({ name: v.string() })),
      certificates: v.array(v.object({ subject: v.string() })),
    }),
  ),
  next: v.nullable(v.string()),
  hasMoreOwners: v.boolean(),
  reach: v.string(),
});
const read = async (query: Record<string, string>, browser = olga) =>
  validate(list, (await browser.get(`/api/operator/devices?${new URLSearchParams(query).toString()}`)).body);
const find = async (query: Record<string, string>) => (await read(query)).devices.map(({ serial }) => serial).sort();

/** Reads all pages. */
async function readAll(query: Record<string, string> = {}, browser = olga) {
  let page = await read(query, browser);
  const pages = [page.devices];
  while (page.next !== null) {
    page = await read({ ...query, after: page.next }, browser);
    pages.push(page.devices);
  }
  return { pages: pages.map(({ length }) => length), found: pages.flat() };
}

async function add(changes: Partial<DeviceRow> = {}, owner = 'alice'): Promise<string> {
  const id = randomUUID();
  const about = { model: 'piv', modelName: 'PIV card', managementKey: 'own', proof: 'not-proved' } as const;
  const ownerId = ids.get(owner) ?? '';
  await store.db
    .insert(devices)
    .values({ id, ownerId, guid: randomUUID(), state: 'active', ...about, createdAt: MOMENT, ...changes });
  return id;
}

describe('the operator’s list of devices', () => {
  it('has no next page if there is no device', async () => {
    expect(await read({})).toEqual({ devices: [], next: null, hasMoreOwners: false, reach: 'everybody' });
  });

  it('has every device once over its pages, also if many were made at one moment', async () => {
    const made = [];
    for (let index = 0; index < MANY; index += 1) made.push(await add());
    const { pages, found } = await readAll();
    expect(pages).toEqual([50, 50, 20]);
    expect(found.map(({ id }) => id).sort()).toEqual(made.sort());
  });

  it('shifts no page when a device is added meanwhile: the new one is on the first', async () => {
    const first = await read({});
    const newest = await add({ createdAt: new Date() });
    const second = await read({ after: first.next ?? '' });
    const seen = new Set(first.devices.map(({ id }) => id));
    expect(second.devices.filter(({ id }) => seen.has(id) || id === newest)).toEqual([]);
    expect((await read({})).devices[0]?.id).toBe(newest);
  });

  it('loses none of those that were made within a millisecond', async () => {
    for (let index = 0; index < 60; index += 1) await add({ serial: `micro-${index}`, model: 'micro' });
    await store.db.execute(sql`
      UPDATE devices SET created_at = created_at + interval '1 microsecond' * substring(serial from 7)::int
      WHERE model = 'micro'`);
    const { pages, found } = await readAll({ model: 'micro' });
    expect(pages).toEqual([50, 10]);
    expect(found.map(({ serial }) => serial)).toEqual(Array.from({ length: 60 }, (_, index) => `micro-${59 - index}`));
  });

  it('is filtered by state, model, serial number and owner, and by several of them', async () => {
    await add({ model: 'key', serial: '4711', state: 'failed' }, 'ada.lovelace');
    await add({ model: 'key', serial: '4712', state: 'active' }, 'lise');
    await add({ model: 'key', serial: '5%_', state: 'active' }, 'under_score');
    await add({ model: 'key', serial: '5xy', state: 'active' }, 'zoe');
    const ofKeys = (query: Record<string, string>) => find({ model: 'key', ...query });
    expect(await ofKeys({})).toEqual(['4711', '4712', '5%_', '5xy']);
    expect(await ofKeys({ state: 'failed' })).toEqual(['4711']);
    expect(await find({ serial: '471' })).toEqual(['4711', '4712']);
    expect(await find({ serial: '471', state: 'active' })).toEqual(['4712']);
    for (const owner of ['Ada', 'ada lovelace', 'LOVE', 'ada.l']) expect(await find({ owner })).toEqual(['4711']);
    expect(await find({ owner: ' zoë ' })).toEqual(['5xy']);
    expect(await find({ owner: 'nobody' })).toEqual([]);
  });

  it('is filtered by the weeks until the certificates of active devices expire', async () => {
    const DAY = 24 * 60 * 60 * 1000;
    const ends: readonly (readonly [serial: string, days: number, changes?: Partial<DeviceRow>])[] = [
      ['ends-ago', -400],
      ['ends-6', 6],
      ['ends-13', 13],
      ['ends-27', 27],
      ['ends-83', 83],
      ['ends-90', 90],
      ['ends-held', 3, { state: 'suspended' }],
    ];
    for (const [serial, days, changes] of ends) {
      const id = await add({ serial, ...changes });
      const notAfter = new Date(Date.now() + days * DAY);
      const later = new Date(Date.now() + 900 * DAY);
      await store.db
        .insert(certificates)
        .values([newCertificate(id, { notAfter }), newCertificate(id, { slot: '9C', notAfter: later })]);
    }
    const revoked = await add({ serial: 'ends-revoked' });
    await store.db
      .insert(certificates)
      .values(newCertificate(revoked, { notAfter: new Date(Date.now() + DAY), revocationReason: 'superseded' }));
    const within = (expiry: string) => find({ expiry, serial: 'ends-' });
    expect(await within('ended')).toEqual(['ends-ago']);
    expect(await within('week')).toEqual(['ends-6']);
    expect(await within('two-weeks')).toEqual(['ends-13', 'ends-6']);
    expect(await within('four-weeks')).toEqual(['ends-13', 'ends-27', 'ends-6']);
    expect(await within('twelve-weeks')).toEqual(['ends-13', 'ends-27', 'ends-6', 'ends-83']);
  });

  it('lists devices by their serial numbers for the beginning of one, over all pages', async () => {
    const { pages, found } = await readAll({ serial: 'micro-' });
    expect(pages).toEqual([50, 10]);
    const serials = found.map(({ serial }) => serial);
    expect(serials).toEqual(Array.from({ length: 60 }, (_, index) => `micro-${index}`).sort());
  });

  it('treats text that looks like a pattern literally', async () => {
    expect(await find({ serial: '5%' })).toEqual(['5%_']);
    expect(await find({ serial: '5_' })).toEqual([]);
    expect(await find({ owner: '%' })).toEqual([]);
    expect(await find({ owner: 'under_' })).toEqual(['5%_']);
    expect(await find({ owner: 'unders' })).toEqual([]);
    expect(await find({ owner: '\\' })).toEqual([]);
    expect(await find({ owner: "' OR true --" })).toEqual([]);
  });

  it('reports that more people have such a name than it searches', async () => {
    const crowd = Array.from({ length: 60 }, (_, index) => ({
      id: randomUUID(),
      username: `crowd-${index}`,
      displayName: `Xerxes ${index}`,
      passwordHash: 'none',
    }));
    await store.db.insert(users).values(crowd);
    expect(await read({ owner: 'xerxes' })).toMatchObject({ hasMoreOwners: true });
    expect(await read({ owner: 'xerxes 1' })).toMatchObject({ hasMoreOwners: false });
  });

  it.each([
    ['the one that is not superseded', 'superseded', 'certificateHold'],
    [
      'the newer of one that was revoked when its issuance failed and one that was made when that continued',
      'cessationOfOperation',
      null,
    ],
  ] as const)('shows of the certificates in a slot only %s', async (_, old, current) => {
    const deviceId = await add({ model: `two ${old}` });
    for (const [subject, revocationReason, createdAt] of [
      ['CN=New', current, new Date(MOMENT.getTime() + 1000)],
      ['CN=Old', old, MOMENT],
    ] as const)
      await store.db.insert(certificates).values({
        id: randomUUID(),
        deviceId,
        slot: '9A',
        serialNumber: randomUUID().replaceAll('-', ''),
        subject,
        algorithm: 'P-256',
        der: '',
        proof: 'not-proved',
        notBefore: MOMENT,
        notAfter: new Date(),
        revocationReason,
        revokedAt: revocationReason && MOMENT,
        createdAt,
      });
    const [device] = (await read({ model: `two ${old}` })).devices;
    expect(device?.certificates.map(({ subject }) => subject)).toEqual(['CN=New']);
  });

  it('lists as waiting exactly those that this operator can approve, the longest wait first', async () => {
    const reasons = [null, 'APPROVAL_NEEDED', 'CARD_REMOVED'];
    for (const state of STATES)
      for (const stateReason of reasons)
        for (const pukApprovedAt of [null, MOMENT])
          for (const owner of ['alice', 'olga']) await add({ model: 'any', state, stateReason, pukApprovedAt }, owner);
    await add({ model: 'any', state: 'awaiting-approval', serial: 'first', createdAt: new Date(0) });
    const canApprove = ({ actions }: { actions: { name: string }[] }) =>
      actions.some(({ name }) => ['approve', 'approve-puk', 'approve-unlock'].includes(name));
    const idsOf = (rows: readonly { id: string }[]) => rows.map(({ id }) => id).sort();
    for (const operator of [olga, await Browser.login(portal, 'oscar')]) {
      const { found: all } = await readAll({ model: 'any' }, operator);
      const { found: waiting } = await readAll({ model: 'any', waiting: 'yes' }, operator);
      const { found: others } = await readAll({ model: 'any', waiting: 'no' }, operator);
      expect(idsOf(waiting)).toEqual(idsOf(all.filter(canApprove)));
      expect(idsOf(others)).toEqual(idsOf(all.filter((device) => !canApprove(device))));
      expect(waiting[0]?.serial).toBe('first');
      expect(others.length).toBeGreaterThan(50);
    }
  });

  it.each([
    { state: 'unheard-of' },
    { after: 'x' },
    { waiting: 'perhaps' },
    { expiry: 'soon' },
    { serial: '\u0000' },
    { owner: 'a'.repeat(81) },
    { order: 'random' },
  ])('refuses %j', async (query) => {
    const { status, code } = await olga.get(`/api/operator/devices?${new URLSearchParams(query).toString()}`);
    expect([status, code]).toEqual([400, 'INVALID_PARAMS']);
  });

  it('is only for operators, filtered or not', async () => {
    const alice = await Browser.login(portal, 'alice');
    expect((await alice.get('/api/operator/devices?waiting=yes')).code).toBe('FORBIDDEN');
  });
});

it('has every entry of the audit log once over its pages, newest first', async () => {
  for (let index = 0; index < 150; index += 1) await record(store.db, { actor: 'portal', event: 'login' });
  const page = v.object({ entries: v.array(v.object({ id: v.number() })), next: v.nullable(v.number()) });
  const found: number[] = [];
  let before = '';
  for (;;) {
    const { entries, next } = validate(page, (await olga.get(`/api/operator/audit${before}`)).body);
    found.push(...entries.map(({ id }) => id));
    if (next === null) break;
    before = `?before=${next}`;
  }
  expect(found).toEqual(Array.from({ length: found.length }, (_, index) => found.length - index));
  expect(found.length).toBeGreaterThan(150);
});
