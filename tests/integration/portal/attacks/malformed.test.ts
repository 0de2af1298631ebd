// Alone proves: no route answers malformed input by 5xx or by the wrong code.
import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { validate, type ErrorCode } from '@cardwright/protocol';
import { errorAnswer } from '@cardwright/protocol/cms';
import { readJson } from '@cardwright/protocol/messages';
import { startedEnrolment } from '@cardwright/protocol/mobile';
import * as v from 'valibot';
import { RIGHTS, RIGHTS_OF, isRight } from '../../../../portal/src/server/rights.js';
import { ROUTES } from '../../../../portal/src/features/list.js';
import { entriesOf, type Route } from '../../../../portal/src/server/routes/table/route.js';
import { TestCard } from '../../../support/host-and-card/test-card.js';
import { objectsOf, placesOf } from '../../../support/malformed/places.js';
import {
  FEW_VALUES,
  MALFORMED_BODIES,
  MALFORMED_SEGMENTS,
  MALFORMED_VALUES,
  OFF_CURVE,
} from '../../../support/malformed/values.js';
import { everyOrOneIn } from '../../../support/thorough.js';
import { startPhonePortal, type PhonePortal } from '../mobile/mobile-portal.js';
import { FakeDisplay } from '../support/fake-display.js';
import { Browser, TEST_VENDOR, listDevices } from '../support/test-portal.js';

/** Every route, asked for nonsense by someone who may call it. */

/** Of so many requests `npm test` sends one. Within so many seeds in a row, each has its turn. */
const SHARE = 24;

let portal: PhonePortal;
const callers = new Map<Route['who'], Browser>();
/** Ids of things that exist. */
const ids = new Map<string, string>();
let specimens: Readonly<Record<string, object>>;

beforeAll(async () => {
  portal = await startPhonePortal();
  const alice = await Browser.login(portal, 'alice');
  const olga = await Browser.login(portal, 'olga');
  for (const who of ['anyone', 'phone'] as const) callers.set(who, new Browser(portal));
  for (const right of Object.keys(RIGHTS).filter(isRight))
    callers.set(right, RIGHTS_OF.user.includes(right) ? alice : olga);
  const host = await alice.openHost(new TestCard('yubikey', '73000001', TEST_VENDOR));
  const run = await alice.operate('', host.startRequest);
  const { status } = validate(startedEnrolment, (await alice.post('/api/mobile/enrolments', {})).body);
  await alice.relay(await alice.openHost(new TestCard('piv', null, null)));
  const [device] = (await listDevices(alice)).devices.filter(({ model }) => model === 'piv');
  ids.set('/api/operations/', run.operation).set('/api/mobile/enrolments/', status.enrolment);
  ids.set('/api/operator/operations/', run.operation).set('/mobile/profile-service/', status.enrolment);
  ids.set('', device?.id ?? '');
  const policies = v.object({ policies: v.array(v.object({ model: v.string(), policy: v.unknown() })) });
  const [policy] = validate(policies, (await olga.get('/api/operator/policy')).body).policies;
  const outcome = { method: 'managementKey.getChallenge', result: { algorithm: 'AES-192', witness: 'AAAA' } };
  const failure = { code: 4001, message: 'x', data: { name: 'CARD_REMOVED', details: { a: 1 } } };
  specimens = {
    'POST /api/session': { username: 'mallory', password: 'wrong' },
    'PUT /api/session/language': { language: 'de' },
    'POST /api/session/proof': { password: 'wrong' },
    'POST /api/devices/eligibility': { kind: 'issue', devices: [host.startRequest.device] },
    'POST /api/operations': { ...host.startRequest, kind: 'unlock', code: '1' },
    'POST /api/operations/{id}/results': {
      step: 1,
      outcomes: [outcome, { method: 'managementKey.getChallenge', error: failure }],
    },
    'POST /api/operations/{id}/cancel': { session: 'x'.repeat(43) },
    'POST /api/operator/devices/{id}/{action}': { seen: 'x', reason: 'y' },
    'POST /api/operator/devices/{id}/unlock-code': { seen: 'x' },
    'POST /api/operator/devices/{id}/initial-pin': (await FakeDisplay.open()).request(),
    'POST /api/operator/devices/{id}/support-files': {
      format: 'cardwright-support',
      version: 1,
      made: 1,
      madeBy: 'host',
      versions: { extension: null, host: '1' },
      environment: { system: 'x' },
      checks: [],
      policy: { a: { b: 1 } },
      failures: [{ at: 1, method: 'device.list', code: 'NO_READER' }],
      trace: null,
      log: ['x'],
    },
    'PUT /api/operator/people/{id}/groups': { groups: ['Sales'] },
    'PUT /api/operator/people/{id}/roles': { grants: [{ role: 'auditor', group: null }] },
    'PUT /api/operator/policy': { ...policy, consent: true },
    'POST /api/operator/vendor-certificates': { model: 'piv', pem: 'x', trustUnknown: false, consent: true },
    'DELETE /api/operator/vendor-certificates': { model: 'piv', fingerprint: '' },
    'POST /api/mobile/enrolments': { password: 'wrong' },
    'POST /api/mobile/enrolments/{id}/confirm': { serial: 'x' },
  };
});
afterAll(() => portal.remove());

const ROWS: readonly (readonly [string, Route])[] = Object.entries(ROUTES);
const CHANGES = ROWS.filter(([address]) => !address.startsWith('GET '));
/** Requests wait for one of its connections, so that few are under way at once. */
const agent = new Agent({ keepAlive: true, maxSockets: 8 });

interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly code: string | undefined;
}

/** Sends exactly this path and body, as who may call the route. */
function send(address: string, route: Route, path: string, body?: string | Uint8Array) {
  const [method = ''] = address.split(' ');
  const browser = callers.get(route.who);
  const cookie = Array.from(browser?.cookies ?? [], ([name, value]) => `${name}=${value}`).join('; ');
  return new Promise<Answered>((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port: portal.port,
        path,
        method,
        agent,
        headers: {
          cookie,
          origin: portal.origin,
          ...(body === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          const isJson = String(response.headers['content-type']).includes('json');
          const answer: unknown = isJson && text !== '' ? JSON.parse(text) : null;
          const code = v.is(errorAnswer, answer) ? answer.error.data.name : undefined;
          resolve({ status: response.statusCode ?? 0, headers: response.headers, code });
        });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Fills the names of a path with something that exists. */
const pathOf = (address: string): string => {
  const path = address.slice(address.indexOf(' ') + 1);
  const [, id = ''] = [...ids].find(([prefix]) => path.startsWith(prefix)) ?? [];
  return path
    .replace('*', 'page.css')
    .replace('{id}', id)
    .replace('{action}', 'activate')
    .replaceAll(/\{\w+\}/g, randomUUID());
};

/** Names what is wrong with an answer; null if nothing is. */
function faultOf(route: Route, { status, code, headers }: Answered, deserved?: ErrorCode): string | null {
  const given = `${status} ${code ?? ''}`;
  if (status >= 500) return given;
  if (headers['content-security-policy'] === undefined) return `${given} without security headers`;
  if (route.who === 'phone' || status < 400) return deserved === undefined || route.who === 'phone' ? null : given;
  const allowed: readonly ErrorCode[] =
    deserved === undefined ? [...EVERYWHERE, ...(route.errors ?? [])] : [deserved, 'MESSAGE_TOO_LARGE'];
  return allowed.some((one) => one === code) ? null : `${given} instead of ${allowed.join()}`;
}

const EVERYWHERE: readonly ErrorCode[] = ['INVALID_PARAMS', 'INVALID_MESSAGE', 'METHOD_NOT_FOUND'];

/** The code for a body that the table of routes refuses; undefined for one that it lets through. */
function codeFor(route: Route, body: string): ErrorCode | undefined {
  try {
    const value = readJson(body, { anyText: route.isFile === true });
    const takes = entriesOf(route.takes).body;
    return takes === undefined || v.is(takes, value) ? undefined : 'INVALID_PARAMS';
  } catch {
    return 'INVALID_MESSAGE';
  }
}

interface Asked {
  readonly what: string;
  readonly path?: string;
  readonly body?: string | Uint8Array;
}

/** Sends requests, and lists what is wrong with their answers. */
async function faultsOf([address, route]: readonly [string, Route], requests: readonly Asked[]): Promise<string[]> {
  const faults = requests.map(async ({ what, path, body }) => {
    const deserved = typeof body === 'string' && path === undefined ? codeFor(route, body) : undefined;
    const fault = faultOf(route, await send(address, route, path ?? pathOf(address), body), deserved);
    return fault === null ? [] : [`${what}: ${fault}`];
  });
  return (await Promise.all(faults)).flat();
}

it.each(CHANGES)('answers nonsense in the members of %s', async (...row) => {
  const specimen = specimens[row[0]] ?? {};
  const requests = [
    ...placesOf(specimen).map((place) => ({ ...place, isDeep: place.path.includes('.') })),
    ...objectsOf(specimen).map(({ path, fill }) => ({
      path: `${path} with more`,
      fill: (json: string) => fill(`"more":${json}`),
      isDeep: path !== '',
    })),
  ].flatMap(({ path, fill, isDeep }) =>
    Object.entries(isDeep ? FEW_VALUES : MALFORMED_VALUES).map(([name, json]) => ({
      what: `${path}: ${name}`,
      body: fill(json),
    })),
  );
  expect(requests.length).toBeGreaterThan(40);
  expect(await faultsOf(row, everyOrOneIn(SHARE, requests))).toEqual([]);
});

it.each(CHANGES)('answers a body that is not JSON at %s', async (...row) => {
  const bodies = Object.entries(MALFORMED_BODIES).map(([what, body]) => ({ what, body }));
  expect(await faultsOf(row, everyOrOneIn(SHARE / 2, bodies))).toEqual([]);
});

it.each(ROWS)('answers nonsense in the path and query of %s', async (...row) => {
  const [address, route] = row;
  const path = address.slice(address.indexOf(' ') + 1).replace('*', '{rest}');
  const names = [...Object.keys(entriesOf(entriesOf(route.takes).query)), 'x', '__proto__'];
  const paths = MALFORMED_SEGMENTS.flatMap((segment) => [
    ...[...path.matchAll(/\{\w+\}/g)].map(([name]) => path.replace(name, segment).replaceAll(/\{\w+\}/g, randomUUID())),
    ...names.map((name) => `${pathOf(address)}?${name}=${segment}&${name}=2`),
    `${pathOf(address)}?${names[0] ?? 'x'}=${segment}`,
  ]);
  const body = address.startsWith('GET ') ? {} : { body: '{}' };
  expect(paths.length).toBeGreaterThan(40);
  expect(
    await faultsOf(
      row,
      everyOrOneIn(SHARE, paths).map((one) => ({ what: one, path: one, ...body })),
    ),
  ).toEqual([]);
});

it.each(OFF_CURVE)('takes no key of a host, or of a window, that is %s', async (_, change) => {
  const bob = await Browser.login(portal, 'bob');
  const { startRequest } = await bob.openHost(new TestCard('piv', null, null));
  const host = { key: { ...startRequest.host.key, ...change } };
  const refused = { status: 400, code: 'INVALID_PARAMS' };
  expect(await bob.post('/api/operations', { ...startRequest, host })).toMatchObject(refused);
  const olga = await Browser.login(portal, 'olga');
  const { display, key } = (await FakeDisplay.open()).window;
  const shown = { display, key: { ...key, ...change } };
  expect(await olga.post(`/api/operator/devices/${ids.get('') ?? ''}/initial-pin`, shown)).toMatchObject(refused);
});
