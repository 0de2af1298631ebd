import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { validate } from '@cardwright/protocol';
import { eq } from 'drizzle-orm';
import * as v from 'valibot';
import { setGrants, setGroups } from '../../../../portal/src/server/accounts/roles.js';
import { GROUP_ROLES, RIGHTS, RIGHTS_OF, type Grant, type Right } from '../../../../portal/src/server/rights.js';
import { ROUTES, type Routes } from '../../../../portal/src/features/list.js';
import { isOpen, type Route } from '../../../../portal/src/server/routes/table/route.js';
import { openPortalDatabase, type PortalDatabase } from '../../../../portal/src/server/store/database.js';
import { users } from '../../../../portal/src/server/store/schema.js';
import { TestCard } from '../../../support/host-and-card/test-card.js';
import { FakeDisplay } from '../support/fake-display.js';
import { newDevice } from '../support/operators-portal.js';
import { Browser, TEST_VENDOR, startTestPortal, type Answer, type TestPortal } from '../support/test-portal.js';

/** Roles for the group Sales, to which alice belongs and bob does not. */

const SALES = 'Sales';

/** Ids of a person, a device of theirs, and an operation that they started. */
interface Belongings {
  readonly people: string;
  readonly devices: string;
  readonly operations: string;
}

let portal: TestPortal;
let store: PortalDatabase;
let inside: Belongings;
let outside: Belongings;
const nowhere: Belongings = { people: randomUUID(), devices: randomUUID(), operations: 'A'.repeat(22) };
let hash = '';
const browsers = new Map<string, Browser>();

beforeAll(async () => {
  portal = await startTestPortal();
  store = await openPortalDatabase(portal.configuration.database);
  inside = await belongingsOf('alice', '73000001');
  outside = await belongingsOf('bob', '73000002');
  await setGroups(store.db, inside.people, [SALES, 'Berlin']);
  await setGroups(store.db, outside.people, ['Sales ', 'sales']);
  const [alice] = await store.db.select().from(users).where(eq(users.username, 'alice'));
  hash = alice?.passwordHash ?? '';
  for (const role of GROUP_ROLES) browsers.set(role, await personWith({ role, group: SALES }));
});
afterAll(async () => {
  await store.close();
  await portal.remove();
});

async function belongingsOf(username: string, serial: string): Promise<Belongings> {
  const browser = await Browser.login(portal, username);
  const host = await browser.openHost(new TestCard('yubikey', serial, TEST_VENDOR));
  const { operation: operations } = await browser.operate('', host.startRequest);
  const [user] = await store.db.select().from(users).where(eq(users.username, username));
  return { people: user?.id ?? '', devices: await newDevice(store, 'active', {}, username), operations };
}

/** Makes a person with these grants, who is logged in. */
async function personWith(...grants: readonly Grant[]): Promise<Browser> {
  const id = randomUUID();
  const username = `person-${id.slice(0, 8)}`;
  await store.db.insert(users).values({ id, username, displayName: username, passwordHash: hash });
  await setGrants(store.db, id, grants);
  const browser = new Browser(portal);
  expect((await browser.post('/api/session', { username, password: 'alice-password' })).status).toBe(200);
  return browser;
}

function browserOf(role: string): Browser {
  const browser = browsers.get(role);
  if (!browser) throw new Error(`nobody is ${role}`);
  return browser;
}

const BUNDLE = {
  format: 'cardwright-support',
  version: 1,
  made: 1,
  madeBy: 'host',
  versions: { extension: null, host: '1' },
  environment: { system: 'x' },
  checks: [],
  policy: null,
  failures: [],
  trace: null,
  log: [],
};

/** Bodies that the routes accept. A route that takes one and is not here fails below, because its wrong body is found before the wrong id. */
const BODIES: Readonly<Record<string, () => object | Promise<object>>> = {
  'POST /api/operator/devices/{id}/{action}': () => ({ seen: 'x' }),
  'POST /api/operator/devices/{id}/unlock-code': () => ({ seen: 'x' }),
  'POST /api/operator/devices/{id}/initial-pin': async () => (await FakeDisplay.open()).request(),
  'POST /api/operator/devices/{id}/support-files': () => BUNDLE,
};

const file = randomUUID();

async function send(browser: Browser, address: string, at: Belongings): Promise<Answer> {
  const [method = '', path = ''] = address.split(' ');
  const filled = path
    .replace('*', 'page.css')
    .replace('{action}', 'suspend')
    .replace(/\/(people|devices|operations)\/\{id\}/, (_, kind: keyof Belongings) => `/${kind}/${at[kind]}`)
    .replaceAll(/\{\w+\}/g, file);
  return browser.send(method, filled, method === 'GET' ? undefined : ((await BODIES[address]?.()) ?? {}));
}

const ROWS: readonly (readonly [string, Route])[] = Object.entries(ROUTES);
const CELLS = ROWS.flatMap(([address, { who }]) =>
  isOpen(who)
    ? []
    : GROUP_ROLES.map((role) => ({ address, role, right: who, has: RIGHTS_OF[role].includes(who), ...RIGHTS[who] })),
);
const OF_PEOPLE = CELLS.filter(({ has, concerns }) => has && concerns === 'people');

it.each(CELLS.filter(({ has, concerns }) => !has || concerns === 'portal'))(
  'refuses $address to $role for a group, to whomever it belongs',
  async ({ address, role }) => {
    for (const at of [inside, outside, nowhere])
      expect(await send(browserOf(role), address, at)).toMatchObject({ status: 403, code: 'FORBIDDEN' });
  },
);

it.each(CELLS.filter(({ has, concerns }) => has && concerns === 'self'))(
  'lets $role for a group call $address',
  async ({ address, role }) => {
    expect((await send(browserOf(role), address, inside)).code).not.toBe('FORBIDDEN');
  },
);

const UNKNOWN = { devices: 'DEVICE_STATE', people: 'INVALID_PARAMS', operations: 'OPERATION_NOT_FOUND' };

it.each(OF_PEOPLE.filter(({ address }) => address.includes('{id}')))(
  'answers $address to $role for a group as if nobody outside existed',
  async ({ address, role }) => {
    const browser = browserOf(role);
    const [foreign, unknown] = [await send(browser, address, outside), await send(browser, address, nowhere)];
    const [, kind] = /\/(people|devices|operations)\/\{id\}/.exec(address) ?? [];
    expect(foreign.code).toBe(Object.entries(UNKNOWN).find(([name]) => name === kind)?.[1]);
    expect([foreign.status, foreign.body]).toEqual([unknown.status, unknown.body]);
    const own = await send(browser, address, inside);
    expect(own.code).not.toBe('FORBIDDEN');
    expect(own.body).not.toEqual(foreign.body);
  },
);

/** Routes over people whose path has no id. */
type Listing = {
  [A in keyof Routes]: Routes[A] extends { who: infer W extends Right }
    ? (typeof RIGHTS)[W]['concerns'] extends 'people'
      ? A extends `${string}{id}${string}`
        ? never
        : A
      : never
    : never;
}[keyof Routes];

/** What each list shows, from which the test reads whose it is. */
const LISTS: Readonly<Record<Listing, (browser: Browser) => Promise<unknown>>> = {
  'GET /api/operator/devices': async (browser) => (await browser.get('/api/operator/devices')).body,
  'GET /api/operator/differences': async (browser) => (await browser.get('/api/operator/differences')).body,
  'GET /api/operator/audit': async (browser) => (await browser.get('/api/operator/audit')).body,
  'GET /api/operator/audit/export': async (browser) =>
    (await browser.get('/api/operator/audit/export?format=jsonl')).body,
  // Names models, and nobody's device.
  'GET /api/operator/models': async (browser) => (await browser.get('/api/operator/models')).body,
};

it.each(OF_PEOPLE.filter(({ address }) => !address.includes('{id}')))(
  'shows nothing by $address to $role for a group that belongs to others',
  async ({ address, role }) => {
    const list = Object.entries(LISTS).find(([name]) => name === address)?.[1];
    const shown = JSON.stringify(await list?.(browserOf(role)));
    expect(shown.length).toBeGreaterThan(10);
    if (address !== 'GET /api/operator/models') expect(shown).toMatch(/alice/);
    for (const secret of [...Object.values<string>({ ...outside }), 'bob', 'Bob', 'olga'])
      expect(shown).not.toContain(secret);
  },
);

const listed = v.object({
  devices: v.array(v.object({ id: v.string() })),
  next: v.nullable(v.string()),
  hasMoreOwners: v.boolean(),
  reach: v.string(),
});
const search = async (browser: Browser, query: string) =>
  validate(listed, (await browser.get(`/api/operator/devices?${query}`)).body);

describe('a search', () => {
  it('finds the devices of the group by every filter, and no others', async () => {
    const operator = browserOf('operator');
    for (const query of ['', 'owner=alice', 'state=active', 'waiting=no', 'model=piv'])
      expect((await search(operator, query)).devices).toEqual([expect.objectContaining({ id: inside.devices })]);
    for (const query of ['owner=bob', 'owner=Bob', 'waiting=yes'])
      expect((await search(operator, query)).devices).toEqual([]);
  });

  it('says whose devices it is about: of everybody, of the groups, or of groups that nobody is in', async () => {
    const reachFor = async (browser: Browser) => (await search(browser, 'state=failed')).reach;
    expect(await reachFor(await personWith({ role: 'operator', group: null }))).toBe('everybody');
    expect(await reachFor(browserOf('operator'))).toBe('groups');
    expect(await reachFor(await personWith({ role: 'operator', group: 'Salse' }))).toBe('nobody');
  });

  it('does not tell how many people outside have a name', async () => {
    const crowd = Array.from({ length: 60 }, (_, index) => ({
      id: randomUUID(),
      username: `crowd-${index}`,
      displayName: `Xerxes ${index}`,
      passwordHash: 'none',
    }));
    await store.db.insert(users).values(crowd);
    expect(await search(browserOf('operator'), 'owner=xerxes')).toMatchObject({ devices: [], hasMoreOwners: false });
    const everywhere = await personWith({ role: 'operator', group: null });
    expect(await search(everywhere, 'owner=xerxes')).toMatchObject({ hasMoreOwners: true });
  });

  it('continues after a device outside as after one that does not exist', async () => {
    await newDevice(store, 'active', {}, 'alice');
    for (const id of [outside.devices, nowhere.devices])
      expect((await search(browserOf('auditor'), `after=${id}`)).devices).toEqual([]);
    const younger = await newDevice(store, 'suspended', {}, 'bob');
    expect((await search(browserOf('auditor'), `after=${younger}`)).devices).toEqual([]);
  });
});

describe('a person with several roles for several groups', () => {
  const page = v.object({
    device: v.looseObject({ actions: v.array(v.unknown()), canShowPin: v.boolean(), version: v.string() }),
  });

  it('sees both, and acts on the devices of the one group alone', async () => {
    await setGroups(store.db, outside.people, ['Other']);
    const both = await personWith({ role: 'help-desk', group: SALES }, { role: 'operator', group: 'Other' });
    const pageOf = async (id: string) => validate(page, (await both.get(`/api/operator/devices/${id}`)).body).device;
    const [seen, own] = [await pageOf(inside.devices), await pageOf(outside.devices)];
    expect(seen).toMatchObject({ actions: [], canShowPin: false });
    expect(own.actions.length).toBeGreaterThan(0);
    const suspend = (id: string, { version }: { readonly version: string }) =>
      both.post(`/api/operator/devices/${id}/suspend`, { seen: version });
    expect(await suspend(inside.devices, seen)).toMatchObject({ code: 'DEVICE_STATE' });
    expect(await suspend(outside.devices, own)).toMatchObject({ body: { state: 'suspended' } });
  });

  it('loses the devices of a person who leaves the group, from the next request on', async () => {
    await setGroups(store.db, outside.people, ['Leaving']);
    const auditor = await personWith({ role: 'auditor', group: 'Leaving' });
    const path = `/api/operator/devices/${outside.devices}`;
    expect((await auditor.get(path)).status).toBe(200);
    await setGroups(store.db, outside.people, []);
    expect((await auditor.get(path)).code).toBe('DEVICE_STATE');
  });
});

describe('an administrator', () => {
  it('puts people into groups, gives roles for them, and neither raises itself', async () => {
    const olga = await Browser.login(portal, 'olga');
    const put = (what: string, body: object, browser = olga) =>
      browser.send('PUT', `/api/operator/people/${inside.people}/${what}`, body);
    expect(await put('groups', { groups: [SALES, ' Berlin ', SALES] })).toMatchObject({
      body: { groups: ['Berlin', SALES] },
    });
    const grants = [
      { role: 'user', group: null },
      { role: 'auditor', group: SALES },
    ];
    expect(await put('roles', { grants })).toMatchObject({ body: { grants } });
    for (const role of ['user', 'administrator'])
      expect(await put('roles', { grants: [{ role, group: SALES }] })).toMatchObject({ code: 'INVALID_PARAMS' });
    for (const group of ['', ' ', 'a\nb'])
      expect(await put('groups', { groups: [group] })).toMatchObject({ code: 'INVALID_PARAMS' });
    for (const role of GROUP_ROLES)
      expect(await put('groups', { groups: [] }, browserOf(role))).toMatchObject({ code: 'FORBIDDEN' });
  });
});
