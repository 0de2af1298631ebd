import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { validate } from '@cardwright/protocol';
import { desc, eq } from 'drizzle-orm';
import * as v from 'valibot';
import { beginRequest, duringRequest } from '../../../portal/src/server/access.js';
import { createDemoAccount } from '../../../portal/src/server/accounts/accounts.js';
import { record } from '../../../portal/src/server/audit.js';
import { listAudit } from '../../../portal/src/server/store/audit-list.js';
import { openPortalDatabase, type PortalDatabase } from '../../../portal/src/server/store/database.js';
import { audit, sessions, users } from '../../../portal/src/server/store/schema.js';
import { TestCard } from '../../support/host-and-card/test-card.js';
import { openDatabase, type OwnDatabase } from '../../support/postgres.js';
import { addPasskeyTo, KEY_SERVICE, signWith } from './support/issued-key.js';
import {
  ACCOUNTS,
  Browser,
  startTestPortal,
  TEST_VENDOR,
  listDevices,
  type TestPortal,
} from './support/test-portal.js';

/** What the audit log says of access: from where, by what way and in which session. */

let server: OwnDatabase;
let portal: TestPortal;
let store: PortalDatabase;

beforeAll(async () => {
  server = await openDatabase({ accounts: ACCOUNTS });
  portal = await startTestPortal({
    DATABASE_URL: server.url,
    CARDWRIGHT_TRUSTED_PROXIES: '127.0.0.1',
    CARDWRIGHT_PASSKEY_SERVICES: JSON.stringify([{ kind: 'webauthn', name: KEY_SERVICE }]),
  });
  store = await openPortalDatabase({ url: server.url });
});
afterAll(async () => {
  await store.close();
  await portal.remove();
  await server.stop();
});

/** A browser behind the proxy, which tells its address. */
class Remote extends Browser {
  constructor(
    of: TestPortal,
    readonly address: string,
  ) {
    super(of);
  }

  override send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    return super.send(method, path, body, { 'x-forwarded-for': this.address, ...headers });
  }
}

const last = async (event: string) =>
  (await store.db.select().from(audit).where(eq(audit.event, event)).orderBy(desc(audit.id)).limit(1))[0];

async function idOf(username: string): Promise<string> {
  const [user] = await store.db.select().from(users).where(eq(users.username, username));
  return user?.id ?? '';
}

describe('an entry', () => {
  it('tells address, way and session for whatever a request records, also by the card management', async () => {
    const alice = new Remote(portal, '192.0.2.7');
    const personId = await idOf('alice');
    await alice.post('/api/session', { username: 'alice', password: 'wrong-password' });
    const here = { address: '192.0.2.7', way: 'password', personId };
    expect(await last('login')).toMatchObject({ ...here, outcome: 'failed', actor: 'anonymous', sessionId: null });
    const signedIn = await alice.send(
      'POST',
      '/api/session',
      { username: 'alice', password: 'alice-password' },
      { 'x-request-id': 'of-the-proxy' },
    );
    expect(signedIn.headers.get('x-request-id')).toBe('of-the-proxy');
    const [session] = await store.db.select().from(sessions).where(eq(sessions.userId, personId));
    expect(session).toMatchObject({ address: '192.0.2.7', browser: 'node' });
    const sessionId = session?.id;
    expect(await last('login')).toMatchObject({
      ...here,
      outcome: 'ok',
      actor: 'alice',
      sessionId,
      requestId: 'of-the-proxy',
    });
    await alice.post('/api/session/proof', { password: 'wrong-password' });
    expect(await last('login.renewed')).toMatchObject({ ...here, outcome: 'failed', sessionId });
    await alice.post('/api/session/proof', { password: 'alice-password' });
    expect(await last('login.renewed')).toMatchObject({ ...here, outcome: 'ok', sessionId });

    await alice.relay(await alice.openHost(new TestCard('yubikey', '75000001', TEST_VENDOR)));
    const [device] = (await listDevices(alice)).devices;
    const ofDevice = await store.db
      .select()
      .from(audit)
      .where(eq(audit.deviceId, device?.id ?? ''));
    expect(ofDevice.map(({ event }) => event)).toEqual(
      expect.arrayContaining(['device.state-changed', 'certificate.issued']),
    );
    for (const row of ofDevice) expect(row).toMatchObject({ address: '192.0.2.7', way: 'password', sessionId });
    const key = await addPasskeyTo(store, portal.origin, 'alice', device?.id ?? '');
    expect(await signWith(alice, '/api/session/proof/passkey', key)).toMatchObject({ status: 200 });
    const byPasskey = { address: '192.0.2.7', way: 'passkey', sessionId };
    expect(await last('login.renewed')).toMatchObject({ ...byPasskey, personId, deviceId: device?.id });
    await alice.send('PUT', `/api/devices/${device?.id ?? ''}/name`, { name: 'Mine' });
    expect(await last('device.renamed')).toMatchObject({ ...byPasskey, actor: 'alice', personId: null });
    await alice.send('DELETE', '/api/session', {});
    expect(await last('logout')).toMatchObject({ ...byPasskey, personId });
  });

  it('tells a change of policy in the session of its operator', async () => {
    const olga = new Remote(portal, '2001:db8::7');
    await olga.post('/api/session', { username: 'olga', password: 'olga-password' });
    const { policy } = portal.configuration.devicePolicies.piv ?? {};
    const change = { model: 'piv', policy: { ...policy, certificateDays: 30 } };
    const { status } = await olga.send('PUT', '/api/operator/policy', change);
    expect(status).toBe(200);
    const [session] = await store.db
      .select()
      .from(sessions)
      .where(eq(sessions.userId, await idOf('olga')));
    const wanted = { actor: 'olga', address: '2001:db8::7', way: 'password', sessionId: session?.id };
    expect(await last('policy.changed')).toMatchObject(wanted);
  });

  it('keeps no text of a proxy that is no address', async () => {
    const bob = new Remote(portal, 'unknown');
    expect(await bob.post('/api/session', { username: 'bob', password: 'bob-password' })).toMatchObject({
      status: 200,
    });
    expect(await last('login')).toMatchObject({ actor: 'bob', address: null, way: 'password' });
  });
});

const pageShape = v.object({
  entries: v.array(
    v.looseObject({ id: v.number(), actor: v.string(), event: v.string(), person: v.nullable(v.string()) }),
  ),
  next: v.nullable(v.number()),
});

describe('the filter', () => {
  let olga: Browser;
  const find = async (query: string) =>
    validate(pageShape, (await olga.get(`/api/operator/audit?${query}`)).body).entries;

  beforeAll(async () => {
    olga = await Browser.login(portal, 'olga');
    const personId = await idOf('oscar');
    await duringRequest(beginRequest({ id: 'quoted-1', address: '198.51.100.5' }), () =>
      record(store.db, { actor: 'oscar', event: 'logout', personId }),
    );
    await duringRequest(beginRequest({ id: 'quoted-2', address: '198.51.100.6' }), () =>
      record(store.db, { actor: 'olga', event: 'session.ended', personId }),
    );
    await duringRequest(beginRequest({ id: 'quoted-3', address: '2001:db8:5::1' }), () =>
      record(store.db, { actor: 'bob', event: 'logout' }),
    );
    await record(store.db, { actor: 'oscar-2', event: 'logout' });
  });

  it('finds a person who acted, or whose account it is about, and nobody whose name only begins so', async () => {
    const found = await find('person=%20OSCAR');
    expect(found).toMatchObject([
      { actor: 'olga', event: 'session.ended', person: 'oscar' },
      { actor: 'oscar', event: 'logout', person: 'oscar' },
    ]);
    expect(await find('person=%25')).toEqual([]);
  });

  it('finds an event, an address, a network, a time, and all of it together', async () => {
    expect(new Set((await find('event=logout')).map(({ event }) => event))).toEqual(new Set(['logout']));
    expect(await find('address=198.51.100.5')).toMatchObject([{ actor: 'oscar' }]);
    expect(await find(`address=${encodeURIComponent('198.51.100.0/24')}`)).toHaveLength(2);
    expect(await find(`address=${encodeURIComponent('2001:db8:5::/48')}`)).toMatchObject([{ actor: 'bob' }]);
    expect(await find(`address=${encodeURIComponent('198.51.100.0/24')}&person=oscar&event=logout`)).toHaveLength(1);
    expect(await find('request=quoted-2')).toMatchObject([{ event: 'session.ended', requestId: 'quoted-2' }]);
    const future = new Date(Date.now() + 60_000).toISOString();
    expect(await find(`from=${future}`)).toEqual([]);
    expect((await find(`to=${future}&person=oscar`)).length).toBe(2);
    expect(await find(`to=${new Date(0).toISOString()}`)).toEqual([]);
  });

  it.each([
    'address=evil',
    "address=1'--",
    'from=yesterday',
    'from=2026-99-99T00:00:00Z',
    'event=%27',
    'person=',
    'request=',
    'request=a%20b',
    'request=%27%20OR%20true',
    'other=1',
    'before=x',
  ])('refuses %s', async (query) => {
    expect(await olga.get(`/api/operator/audit?${query}`)).toMatchObject({ status: 400, code: 'INVALID_PARAMS' });
    expect(await olga.get(`/api/operator/audit/export?format=csv&${query}`)).toMatchObject({ code: 'INVALID_PARAMS' });
  });

  it('exports what it finds, over more than one piece, and the log tells that', async () => {
    const personId = await idOf('oscar');
    const many = Array.from({ length: 1001 }, () => ({ actor: 'oscar', event: 'logout', personId }) as const);
    await duringRequest(beginRequest({ id: 'quoted-4', address: '203.0.113.1' }), () => record(store.db, ...many));
    const path = '/api/operator/audit/export?address=203.0.113.1&person=oscar';
    const csv = await olga.get(`${path}&format=csv`);
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(csv.headers.get('content-disposition')).toMatch(/^attachment; filename="cardwright-audit-[\d-]{10}\.csv"$/);
    expect(csv.headers.get('cache-control')).toBe('no-store');
    expect(String(csv.body).trimEnd().split('\r\n')).toHaveLength(1002);
    const detail = { format: 'csv', address: '203.0.113.1', person: 'oscar' };
    expect(await last('audit.exported')).toMatchObject({ actor: 'olga', address: '127.0.0.1', detail });
    const lines = await olga.get(`${path}&format=jsonl`);
    expect(lines.headers.get('content-type')).toBe('application/jsonl; charset=utf-8');
    const found = await listAudit(store.db, null, 2000, undefined, { address: '203.0.113.1' });
    expect(found).toHaveLength(1001);
    const bob = await Browser.login(portal, 'bob');
    expect(await bob.get(`${path}&format=csv`)).toMatchObject({ status: 403, code: 'FORBIDDEN' });
  });
});

describe("a person's own list", () => {
  const shape = v.object({
    entries: v.array(
      v.looseObject({ event: v.string(), by: v.string(), outcome: v.string(), isThisSession: v.boolean() }),
    ),
    next: v.nullable(v.number()),
  });
  const ownList = async (browser: Browser) => validate(shape, (await browser.get('/api/account/access')).body);

  it('tells sign-ins and failures of the own account, and who ended a session only as somebody else', async () => {
    const account = { username: 'carol', password: 'carol-password', displayName: 'Carol', role: 'user' } as const;
    await createDemoAccount(store.db, account);
    const personId = await idOf('carol');
    await new Remote(portal, '203.0.113.9').post('/api/session', { username: 'carol', password: 'wrong-password' });
    const first = await Browser.login(portal, 'carol');
    const olga = new Remote(portal, '198.51.100.7');
    await olga.post('/api/session', { username: 'olga', password: 'olga-password' });
    await olga.post(`/api/operator/people/${personId}/sessions/end`, {});
    const carol = await Browser.login(portal, 'carol');
    const { entries, next } = await ownList(carol);
    expect(entries).toMatchObject([
      { event: 'login', by: 'you', outcome: 'ok', isThisSession: true },
      { event: 'session.ended', by: 'other', address: null, isThisSession: false },
      { event: 'login', by: 'you', outcome: 'ok', isThisSession: false },
      { event: 'login', by: 'anonymous', outcome: 'failed', address: '203.0.113.9' },
    ]);
    expect(next).toBeNull();
    expect(JSON.stringify(entries)).not.toContain('olga');
    expect(JSON.stringify(entries)).not.toContain('198.51.100.7');
    expect((await first.get('/api/account/access')).code).toBe('LOGIN_REQUIRED');
  });

  it('is not that of an earlier person with the same name', async () => {
    await record(store.db, { actor: 'dora', event: 'login', personId: '0b2c7e9e-1111-4222-8333-444455556666' });
    const account = { username: 'dora', password: 'dora-password', displayName: 'Dora', role: 'user' } as const;
    await createDemoAccount(store.db, account);
    const dora = await Browser.login(portal, 'dora');
    expect((await ownList(dora)).entries).toHaveLength(1);
  });
});
