import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { validate } from '@cardwright/protocol';
import { startedEnrolment } from '@cardwright/protocol/mobile';
import * as v from 'valibot';
import type { OwnPassword } from '../../../../portal/src/server/accounts/reauthentication.js';
import { RIGHTS_OF } from '../../../../portal/src/server/rights.js';
import { ROUTES, type Routes } from '../../../../portal/src/features/list.js';
import { isOpen, type Open, type Route, type Who } from '../../../../portal/src/server/routes/table/route.js';
import { TestCard } from '../../../support/host-and-card/test-card.js';
import { startPhonePortal, type PhonePortal } from '../mobile/mobile-portal.js';
import { Browser, TEST_VENDOR, listDevices, type Answer } from '../support/test-portal.js';

/** Every route, called without permission. */

let portal: PhonePortal;
let nobody: Browser;
let alice: Browser;
let bob: Browser;
let olga: Browser;

beforeAll(async () => {
  portal = await startPhonePortal();
  nobody = new Browser(portal);
  alice = await Browser.login(portal, 'alice');
  bob = await Browser.login(portal, 'bob');
  olga = await Browser.login(portal, 'olga');
});
afterAll(() => portal.remove());

/** Callers of a route: everyone, phones, every user, or only people with more rights than a user. */
type Kind = Open | 'user' | 'operator';
const kindOf = (who: Who): Kind => (isOpen(who) ? who : RIGHTS_OF.user.includes(who) ? 'user' : 'operator');

const ROWS: readonly (readonly [string, Route])[] = Object.entries(ROUTES);
const rowsFor = (...wanted: readonly Kind[]) => ROWS.filter(([, { who }]) => wanted.includes(kindOf(who)));
const changes = ([address]: readonly [string, Route]): boolean => !address.startsWith('GET ');

const NAMES: Readonly<Record<string, string>> = { action: 'activate', token: 'a'.repeat(32), place: 'place' };

/** Makes a path of a route; one that leads to anything contains a name of it. */
const pathFor = (address: string, id?: string): string =>
  address
    .slice(address.indexOf('/'))
    .replace('*', 'page.css')
    .replaceAll(/\{(\w+)\}/g, (_, name: string) => (name === 'id' ? id : NAMES[name]) ?? randomUUID());

/** Calls a route as a page would. */
function send(browser: Browser, address: string, { body = {}, id, headers }: Sent = {}): Promise<Answer> {
  const [method = ''] = address.split(' ');
  return browser.send(method, pathFor(address, id), method === 'GET' ? undefined : body, headers);
}
interface Sent {
  readonly body?: object;
  readonly id?: string;
  readonly headers?: Record<string, string>;
}

it.each(rowsFor('user', 'operator'))('demands a login for %s', async (address) => {
  expect(await send(nobody, address)).toMatchObject({ status: 401, code: 'LOGIN_REQUIRED' });
});

/** Headers of a request that a page of another origin sends. */
const FOREIGN: readonly Record<string, string>[] = [
  { origin: 'https://evil.example' },
  { origin: 'null' },
  { 'content-type': 'text/plain' },
];

const CHANGES = rowsFor('anyone', 'user', 'operator').filter(changes);

// `npm test` sends one of the three to each route, each of them to a third of the routes.
it.each(CHANGES.map(([address], index) => ({ address, index })))(
  'does nothing at $address for a page of another origin',
  async ({ address, index }) => {
    const one = FOREIGN.slice(index % FOREIGN.length).slice(0, 1);
    for (const headers of globalThis.runsEverything ? FOREIGN : one)
      expect(await send(olga, address, { headers })).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    expect((await olga.get('/api/session')).body).toMatchObject({ user: { username: 'olga' } });
  },
);

// Without a relying party of its own, the portal has no logins with passkeys. Pages are served only after a build.
it.each(ROWS.filter(([, { errors = [] }]) => !errors.includes('METHOD_NOT_FOUND')))(
  'serves %s',
  async (address, { who }) => {
    const caller = { anyone: nobody, phone: nobody, provider: nobody, user: alice, operator: olga }[kindOf(who)];
    expect((await send(caller, address)).code).not.toBe('METHOD_NOT_FOUND');
  },
);

it.each(['GET', 'POST'])('finds nothing at %s with an unknown action', async (method) => {
  const path = `/api/operator/devices/${randomUUID()}/explode`;
  for (const browser of [nobody, olga])
    expect(await browser.send(method, path, method === 'GET' ? undefined : { seen: 'x' })).toMatchObject({
      status: 404,
      code: 'METHOD_NOT_FOUND',
    });
});

it.each(rowsFor('anyone', 'phone', 'user', 'operator').filter((row) => !changes(row)))(
  'answers %s for HEAD as for GET, or not at all',
  async (address, { who, withoutHead = false }) => {
    const path = pathFor(address);
    for (const browser of [nobody, kindOf(who) === 'operator' ? olga : alice]) {
      const [head, get] = [await browser.send('HEAD', path), await browser.send('GET', path)];
      expect(head.status).toBe(withoutHead ? 404 : get.status);
    }
  },
);

const sessionList = v.object({ sessions: v.array(v.object({ id: v.string() })) });

/** Returns the public ids of the sessions of a browser's user. */
const sessionsOf = async (browser: Browser): Promise<string[]> =>
  validate(sessionList, (await browser.get('/api/account/sessions')).body).sessions.map(({ id }) => id);

type PasswordIn<Input> = Input extends { body: { password?: infer Password } } ? Password : unknown;
type Asking = {
  [A in keyof Routes]: PasswordIn<v.InferOutput<Routes[A]['takes']>> extends OwnPassword ? A : never;
}[keyof Routes];

it('checks the password that the table demands, before anything is done', async () => {
  const password = 'wrong';
  const oscar = await Browser.login(portal, 'oscar');
  const bodies: Readonly<Record<Asking, object>> = {
    'POST /api/session/proof': { password },
    'PUT /api/session/password': { password, newPassword: 'another horse battery' },
  };
  for (const [address, body] of Object.entries(bodies))
    expect(await send(oscar, address, { body })).toMatchObject({ status: 403, code: 'PASSWORD_INCORRECT' });
});

type Owned = Extract<
  { [A in keyof Routes]: Routes[A] extends { who: 'own-devices' | 'own-account' } ? A : never }[keyof Routes],
  `${string}{${string}`
>;

describe('the property of another user', () => {
  it('is answered as if it did not exist, and stays as it was', async () => {
    const host = await alice.openHost(new TestCard('yubikey', '73000001', TEST_VENDOR));
    const operation = await alice.operate('', host.startRequest);
    const { status } = validate(startedEnrolment, (await alice.post('/api/mobile/enrolments', {})).body);
    await alice.relay(await alice.openHost(new TestCard('piv', null, null)));
    const [device] = (await listDevices(alice)).devices.filter(({ model }) => model === 'piv');
    const [run, enrolment, own] = [operation.operation, status.enrolment, device?.id ?? ''];

    const [ownSession = ''] = await sessionsOf(alice);
    const attempts: Readonly<Record<Owned, Sent & { readonly code: string | undefined }>> = {
      // The answer is the list of the caller's own sessions.
      'POST /api/account/sessions/{id}/end': { id: ownSession, code: undefined },
      // So are these, of passkeys.
      'PUT /api/account/passkeys/{id}/name': { id: ownSession, body: { name: 'Mine' }, code: undefined },
      'POST /api/account/passkeys/{id}/remove': { id: ownSession, code: undefined },
      'POST /api/devices/{id}/start-again': { id: own, code: 'DEVICE_STATE' },
      'PUT /api/devices/{id}/name': { id: own, body: { name: 'Mine' }, code: 'DEVICE_STATE' },
      'POST /api/devices/{id}/report': { id: own, body: { incident: 'lost' }, code: 'DEVICE_STATE' },
      'POST /api/devices/{id}/take-back': { id: own, code: 'DEVICE_STATE' },
      'POST /api/devices/{id}/replace': { id: own, code: 'DEVICE_STATE' },
      'POST /api/operations/{id}/results': { id: run, body: { step: 1, outcomes: [] }, code: 'OPERATION_NOT_FOUND' },
      'POST /api/operations/{id}/cancel': { id: run, code: 'OPERATION_NOT_FOUND' },
      'POST /api/session/second-factor/card/operations/{id}/results': {
        id: run,
        body: { step: 1, outcomes: [] },
        code: 'OPERATION_NOT_FOUND',
      },
      'POST /api/session/second-factor/card/operations/{id}/cancel': { id: run, code: 'OPERATION_NOT_FOUND' },
      'GET /api/mobile/enrolments/{id}': { id: enrolment, code: 'ENROLMENT_NOT_FOUND' },
      'GET /api/mobile/enrolments/{id}/events': { id: enrolment, code: 'ENROLMENT_NOT_FOUND' },
      'POST /api/mobile/enrolments/{id}/confirm': { id: enrolment, body: { serial: 'X' }, code: 'ENROLMENT_NOT_FOUND' },
      'POST /api/mobile/enrolments/{id}/cancel': { id: enrolment, code: 'ENROLMENT_NOT_FOUND' },
      'DELETE /api/mobile/devices/{id}': { id: own, code: 'DEVICE_STATE' },
    };
    const before = await listDevices(alice);
    const sessionsBefore = await sessionsOf(alice);
    for (const [address, { code, ...sent }] of Object.entries(attempts)) {
      const foreign = await send(bob, address, sent);
      const unknown = await send(bob, address, { ...sent, id: randomUUID() });
      expect([address, foreign.code]).toEqual([address, code]);
      expect([foreign.status, foreign.body]).toEqual([unknown.status, unknown.body]);
    }
    expect(await listDevices(alice)).toEqual(before);
    expect(await sessionsOf(alice)).toEqual(sessionsBefore);
    expect(await alice.get(`/api/mobile/enrolments/${enrolment}`)).toMatchObject({ body: { state: 'waiting' } });
    expect((await send(alice, 'POST /api/operations/{id}/cancel', { id: run })).body).toMatchObject({
      state: 'cancelled',
    });
  });
});
