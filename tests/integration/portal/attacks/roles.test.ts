// Alone proves: each role reaches its own routes alone.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { validate } from '@cardwright/protocol';
import { eq, sql } from 'drizzle-orm';
import * as v from 'valibot';
import { RIGHTS_OF } from '../../../../portal/src/server/rights.js';
import { ROLES, grantsOf, setGrants, type Role } from '../../../../portal/src/server/accounts/roles.js';
import { ROUTES } from '../../../../portal/src/features/list.js';
import { isOpen, type Route } from '../../../../portal/src/server/routes/table/route.js';
import { openPortalDatabase, type PortalDatabase } from '../../../../portal/src/server/store/database.js';
import { KEPT_TABLES } from '../../../../portal/src/server/store/backup/format.js';
import { devicePolicies, sessions, users } from '../../../../portal/src/server/store/schema.js';
import { startPhonePortal, type PhonePortal } from '../mobile/mobile-portal.js';
import { ageProof, WANTS_PROOF } from '../support/aged-proof.js';
import { FakeDisplay } from '../support/fake-display.js';
import { newDevice } from '../support/operators-portal.js';
import { Browser, type Answer } from '../support/test-portal.js';
import { everyOrOneIn } from '../../../support/thorough.js';

/** Every route, called by a person of every role; and people who want more than their role gives. */

let portal: PhonePortal;
let store: PortalDatabase;
let device: string;
const browsers = new Map<Role | 'nobody', Browser>();
const ids = new Map<string, string>();

beforeAll(async () => {
  portal = await startPhonePortal();
  store = await openPortalDatabase(portal.configuration.database);
  for (const { id, username } of await store.db.select().from(users)) ids.set(username, id);
  device = await newDevice(store, 'active', {}, 'alice');
  browsers.set('nobody', new Browser(portal));
  // One session for each role, so that the roles of the one person whose session it is do not matter.
  for (const role of ROLES) browsers.set(role, await personWith(role));
});
afterAll(async () => {
  await store.close();
  await portal.remove();
});

/** Makes a person with some roles, who is logged in. */
async function personWith(...roles: readonly Role[]): Promise<Browser> {
  const username = `${roles.join('.')}-${randomUUID().slice(0, 8)}`;
  const id = randomUUID();
  const [alice] = await store.db.select().from(users).where(eq(users.username, 'alice'));
  await store.db.insert(users).values({ id, username, displayName: username, passwordHash: alice?.passwordHash ?? '' });
  await setGrants(
    store.db,
    id,
    roles.map((role) => ({ role, group: null })),
  );
  ids.set(roles.join(), id);
  const browser = new Browser(portal);
  expect((await browser.post('/api/session', { username, password: 'alice-password' })).status).toBe(200);
  return browser;
}

function browserOf(role: Role | 'nobody'): Browser {
  const browser = browsers.get(role);
  if (!browser) throw new Error(`nobody is ${role}`);
  return browser;
}

/** Calls a route. Its ids exist where that is possible, and its body is wrong. */
function send(browser: Browser, address: string): Promise<Answer> {
  const [method = '', path = ''] = address.split(' ');
  const filled = path
    .replace('*', 'page.css')
    .replace('/people/{id}', `/people/${ids.get('alice') ?? ''}`)
    .replace('/devices/{id}', `/devices/${device}`)
    .replace('{action}', 'suspend')
    .replaceAll(/\{\w+\}/g, () => randomUUID());
  return browser.send(method, filled, method === 'GET' ? undefined : {});
}

/** Sums up the content of every table that lasts, and of the proposals. */
async function contents(): Promise<unknown> {
  const sums = KEPT_TABLES.map(
    (name) => sql`(SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM ${sql.identifier(name)} AS t)`,
  );
  return store.db.select({ sums: sql`ARRAY[${sql.join(sums, sql`, `)}]` }).from(sql`(SELECT) AS once`);
}

const ROWS: readonly (readonly [string, Route])[] = Object.entries(ROUTES);
const CELLS = ROWS.flatMap(([address, { who }]) =>
  ROLES.map((role) => ({ address, role, isPermitted: isOpen(who) || RIGHTS_OF[role].includes(who) })),
);

// Signing out would end the session of the role for the rows that follow. Everyone may do it.
const OPEN = CELLS.filter(({ isPermitted, address }) => isPermitted && address !== 'DELETE /api/session');

// `unit/portal/routes/table` has the whole table of rights.
it.each(everyOrOneIn(3, OPEN))('lets $role call $address', async ({ role, address }) => {
  const { status, code } = await send(browserOf(role), address);
  // Nobody is stopped before the input is read. What stops a call after that is that nothing has the ids, and that the body is wrong.
  expect([401, 403]).not.toContain(status);
  expect(status).toBeLessThan(500);
  expect(code).not.toBe('FORBIDDEN');
});

describe.each(ROLES)('every other route', (role) => {
  let before: unknown;
  beforeAll(async () => {
    before = await contents();
  });

  it.each(CELLS.filter((cell) => cell.role === role && !cell.isPermitted))(
    'refuses $address to $role before anything is read',
    async ({ address }) => {
      const answer = await send(browserOf(role), address);
      expect(answer).toMatchObject({ status: 403, code: 'FORBIDDEN' });
      // The error has no member besides those of every error, and the wrong body was not looked at.
      expect(JSON.stringify(answer.body)).not.toContain(device);
    },
  );

  it(`has changed nothing for ${role}`, async () => {
    expect(await contents()).toEqual(before);
  });
});

it.each(ROWS.filter(([, { who }]) => !isOpen(who)))('refuses %s to a person without any role', async (address) => {
  browsers.set('nobody', browsers.get('nobody')?.cookies.size ? browserOf('nobody') : await personWith());
  expect(await send(browserOf('nobody'), address)).toMatchObject({ status: 403, code: 'FORBIDDEN' });
});

it('covers each right by a role, and each role by a cell that is permitted and one that is not', () => {
  for (const role of ROLES) {
    const own = CELLS.filter(
      (cell) => cell.role === role && !isOpen((ROUTES as Record<string, Route>)[cell.address]?.who ?? 'anyone'),
    );
    expect(own.some(({ isPermitted }) => isPermitted)).toBe(true);
    expect(own.some(({ isPermitted }) => !isPermitted)).toBe(true);
  }
});

describe('the help desk', () => {
  it('issues one-time codes, but shows no PIN, although she has just signed in', async () => {
    const desk = browserOf('help-desk');
    const { window, request } = await FakeDisplay.open();
    const asked = await desk.post(`/api/operator/devices/${device}/initial-pin`, request());
    expect(asked).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    expect(asked.body).not.toHaveProperty('jws');
    expect(window.display).toBeDefined();
    const { device: shown } = await pageOf(desk);
    expect(shown).toMatchObject({ actions: [], canShowPin: false });
  });

  it('is offered what she may do, as the operator is', async () => {
    const asksForCodes = sql`${devicePolicies.policy} || '{"unlockNeedsCode": true}'`;
    await store.db.update(devicePolicies).set({ policy: asksForCodes });
    const offersTo = async (role: Role) => {
      const { device: shown } = await pageOf(browserOf(role));
      return { acts: shown.actions.length > 0, showsPin: shown.canShowPin, issuesCode: shown.canIssueCode };
    };
    expect(await offersTo('help-desk')).toEqual({ acts: false, showsPin: false, issuesCode: true });
    expect(await offersTo('operator')).toEqual({ acts: true, showsPin: true, issuesCode: true });
    expect(await offersTo('auditor')).toEqual({ acts: false, showsPin: false, issuesCode: false });
  });
});

const page = v.object({
  device: v.looseObject({
    actions: v.array(v.unknown()),
    canShowPin: v.boolean(),
    canIssueCode: v.boolean(),
    version: v.string(),
  }),
});
const pageOf = async (browser: Browser) => validate(page, (await browser.get(`/api/operator/devices/${device}`)).body);

describe('an auditor', () => {
  // The auditor's own sessions and proofs are theirs, as everyone's are.
  const POSTS = ROWS.filter(
    ([address, { who }]) => !address.startsWith('GET ') && !isOpen(who) && who !== 'own-account',
  );
  it.each(POSTS)('changes nothing by %s', async (address) => {
    expect(await send(browserOf('auditor'), address)).toMatchObject({ status: 403, code: 'FORBIDDEN' });
  });

  it('reads devices, policies, the audit log and roles', async () => {
    for (const path of ['devices', 'policy', 'audit', 'differences', `people/${ids.get('alice') ?? ''}/roles`])
      expect((await browserOf('auditor').get(`/api/operator/${path}`)).status).toBe(200);
  });
});

const GRANT = { role: 'administrator', group: null } as const;

describe('an operator', () => {
  it('edits no policy', async () => {
    const { policies } = validate(
      v.object({ policies: v.array(v.object({ model: v.string(), policy: v.record(v.string(), v.unknown()) })) }),
      (await browserOf('administrator').get('/api/operator/policy')).body,
    );
    const [{ model, policy } = { model: '', policy: {} }] = policies;
    const changed = { model, policy: { ...policy, certificateDays: 1 } };
    expect((await browserOf('operator').send('PUT', '/api/operator/policy', changed)).code).toBe('FORBIDDEN');
    expect((await browserOf('administrator').get('/api/operator/policy')).body).toMatchObject({ policies });
  });

  it('gives herself and others no role', async () => {
    for (const name of ['operator', 'alice']) {
      const id = ids.get(name) ?? '';
      const before = await grantsOf(store.db, id);
      const path = `/api/operator/people/${id}/roles`;
      const answer = await browserOf('operator').send('PUT', path, { grants: [...before, GRANT] });
      expect(answer).toMatchObject({ status: 403, code: 'FORBIDDEN' });
      expect(await grantsOf(store.db, id)).toEqual(before);
    }
  });
});

describe('an administrator', () => {
  const rolesOf = (id: string): string => `/api/operator/people/${id}/roles`;

  it('gives roles after a fresh proof of identity alone, and the audit log tells the roles before and after', async () => {
    await personWith('user');
    const id = ids.get('user') ?? '';
    const grants = [{ role: 'help-desk', group: null }];
    const administrator = browserOf('administrator');
    await ageProof(administrator);
    expect(await administrator.send('PUT', rolesOf(id), { grants })).toMatchObject(WANTS_PROOF);
    expect(await grantsOf(store.db, id)).toEqual([{ role: 'user', group: null }]);
    await ageProof(administrator, 9);
    expect(await administrator.send('PUT', rolesOf(id), { grants })).toMatchObject({ body: { grants } });
    expect(await administrator.get(rolesOf(id))).toMatchObject({ body: { grants } });
    const [username] = await store.db.select({ name: users.username }).from(users).where(eq(users.id, id));
    const { entries } = validate(
      v.object({ entries: v.array(v.looseObject({ event: v.string(), outcome: v.string(), detail: v.unknown() })) }),
      (await administrator.get('/api/operator/audit')).body,
    );
    expect(entries.filter(({ event }) => event === 'roles.changed').slice(0, 2)).toMatchObject([
      { outcome: 'ok', detail: { username: username?.name, before: 'user', after: 'help-desk' } },
      { outcome: 'failed', detail: { reason: 'LOGIN_REQUIRED' } },
    ]);
  });

  it.each([
    ['an unknown role', [{ role: 'root', group: null }]],
    ['a role without a reach', [{ role: 'user' }]],
    ['a member of another kind', [{ role: 'user', group: null, id: 1 }]],
  ])('gives no %s', async (_what, grants) => {
    const answer = await browserOf('administrator').send('PUT', rolesOf(ids.get('alice') ?? ''), { grants });
    expect(answer).toMatchObject({ status: 400, code: 'INVALID_PARAMS' });
  });

  it('cannot give roles to nobody', async () => {
    const body = { grants: [GRANT] };
    expect((await browserOf('administrator').send('PUT', rolesOf(randomUUID()), body)).code).toBe('INVALID_PARAMS');
    expect((await browserOf('administrator').get(rolesOf(randomUUID()))).code).toBe('INVALID_PARAMS');
  });
});

it('refuses the next request of an open session whose role was taken away, and keeps the session', async () => {
  const operator = await personWith('user', 'operator');
  const id = ids.get('user,operator') ?? '';
  const seen = (await pageOf(operator)).device.version;
  await setGrants(store.db, id, [{ role: 'user', group: null }]);
  const suspend = `/api/operator/devices/${device}/suspend`;
  expect(await operator.post(suspend, { seen })).toMatchObject({ status: 403, code: 'FORBIDDEN' });
  expect((await operator.get('/api/operator/devices')).code).toBe('FORBIDDEN');
  expect((await operator.get('/api/devices')).status).toBe(200);
  expect((await operator.get('/api/session')).body).toMatchObject({
    user: { rights: RIGHTS_OF.user },
  });
});

it('finds no session of a person who has been deleted, with all of their roles', async () => {
  const person = await personWith('operator', 'auditor');
  await store.db.delete(users).where(eq(users.id, ids.get('operator,auditor') ?? ''));
  expect((await person.get('/api/operator/devices')).code).toBe('LOGIN_REQUIRED');
  const left = await store.db
    .select()
    .from(sessions)
    .where(eq(sessions.userId, ids.get('operator,auditor') ?? ''));
  expect(left).toEqual([]);
});
