import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { validate } from '@cardwright/protocol';
import { startedEnrolment } from '@cardwright/protocol/mobile';
import { Browser, startTestPortal, type TestPortal } from '../support/test-portal.js';
import { startMobilePortal, type MobilePortal } from './fake-mobile.js';
import { sendRaw } from './raw-request.js';

const IPHONE = { model: 'iPhone 16', serial: 'F2LZX0', version: '22A3354' };

let portal: MobilePortal;
let alice: Browser;
let bob: Browser;
let nobody: Browser;
beforeAll(async () => {
  portal = await startMobilePortal();
  alice = await Browser.login(portal, 'alice');
  bob = await Browser.login(portal, 'bob');
  nobody = new Browser(portal);
});
afterAll(() => portal.remove());

const start = async () => validate(startedEnrolment, (await alice.post('/api/mobile/enrolments', {})).body);

/** Lists all requests of a page about one enrolment. */
const requestsAbout = (id: string): readonly (readonly [string, string, object | undefined])[] => [
  ['GET', `/api/mobile/enrolments/${id}`, undefined],
  ['GET', `/api/mobile/enrolments/${id}/events`, undefined],
  ['POST', `/api/mobile/enrolments/${id}/confirm`, { serial: 'F2LZX0' }],
  ['POST', `/api/mobile/enrolments/${id}/cancel`, {}],
];

it('shows the phone that waits to its user alone, so that a reload of the page finds it again', async () => {
  const { status } = await start();
  expect(await alice.get('/api/mobile')).toMatchObject({ body: { proof: 'none' } });
  portal.mobile.become(status.enrolment, { state: 'to-confirm', phone: IPHONE });
  expect(await alice.get('/api/mobile')).toMatchObject({
    body: { proof: 'none', underWay: { enrolment: status.enrolment, phone: IPHONE } },
  });
  expect(await bob.get('/api/mobile')).toMatchObject({ status: 403 });
  portal.mobile.become(status.enrolment, { state: 'cancelled' });
  expect((await alice.get('/api/mobile')).body).not.toHaveProperty('underWay');
});

it('starts, shows, confirms and cancels an enrolment', async () => {
  expect(await alice.get('/api/mobile')).toMatchObject({ status: 200, body: { proof: 'none', verified: false } });
  const { status, link } = await start();
  expect(link).toMatch(new RegExp(`^${portal.origin}/mobile/enrol/[\\w-]{22,}$`));
  const path = `/api/mobile/enrolments/${status.enrolment}`;
  expect(await alice.get(path)).toMatchObject({ status: 200, body: status });
  portal.mobile.become(status.enrolment, { state: 'to-confirm', phone: IPHONE });
  expect(await alice.post(`${path}/confirm`, { serial: 'OTHER' })).toMatchObject({ code: 'ENROLMENT_NOT_FOUND' });
  expect(await alice.post(`${path}/confirm`, { serial: 'F2LZX0' })).toMatchObject({ body: { state: 'enrolling' } });
  expect(await alice.post(`${path}/cancel`, {})).toMatchObject({ body: { state: 'cancelled' } });
});

it("starts with the user's proof, in the language of the page", async () => {
  const operation = 'operation-1';
  await alice.send('POST', '/api/mobile/enrolments', { operation, password: 'x' }, { 'accept-language': 'de' });
  expect(portal.mobile.starts.at(-1)).toEqual({ request: { operation, password: 'x' }, language: 'de' });
  expect(await alice.post('/api/mobile/enrolments', { user: 'bob' })).toMatchObject({ status: 400 });
});

it('deletes a device', async () => {
  const id = randomUUID();
  expect(await alice.send('DELETE', `/api/mobile/devices/${id}`, {})).toMatchObject({ status: 200, body: {} });
  expect(portal.mobile.deleted).toEqual([id]);
});

it('reveals nothing of an enrolment to another user, or without a login', async () => {
  const { status } = await start();
  for (const [method, path, body] of requestsAbout(status.enrolment)) {
    expect(await bob.send(method, path, body)).toMatchObject({ status: 404, code: 'ENROLMENT_NOT_FOUND' });
    expect(await nobody.send(method, path, body)).toMatchObject({ status: 401, code: 'LOGIN_REQUIRED' });
  }
  expect(await alice.get(`/api/mobile/enrolments/${status.enrolment}`)).toMatchObject({ body: { state: 'waiting' } });
  expect(await bob.get('/api/mobile')).toMatchObject({ status: 403, code: 'MOBILE_FORBIDDEN' });
  expect(await nobody.get('/api/mobile')).toMatchObject({ status: 401 });
});

it.each([
  ['from another origin', { origin: 'https://evil.example' }],
  ['from a frame without an origin', { origin: 'null' }],
  ['as a form of another page', { 'content-type': 'text/plain' }],
])('does nothing for a request that is sent %s', async (_what, headers) => {
  const { status } = await start();
  const before = portal.mobile.starts.length;
  for (const [method, path, body] of [
    ...requestsAbout(status.enrolment).filter(([method]) => method === 'POST'),
    ['POST', '/api/mobile/enrolments', {}],
    ['DELETE', `/api/mobile/devices/${randomUUID()}`, {}],
  ] as const)
    expect(await alice.send(method, path, body, headers)).toMatchObject({ status: 403, code: 'FORBIDDEN' });
  expect(portal.mobile.starts).toHaveLength(before);
  expect(await alice.get(`/api/mobile/enrolments/${status.enrolment}`)).toMatchObject({ body: { state: 'waiting' } });
});

it('requires a valid id', async () => {
  for (const [method, path, body] of requestsAbout('1%27%20OR%201'))
    expect(await alice.send(method, path, body)).toMatchObject({ status: 400 });
});

describe('a portal that is not set up for mobile devices', () => {
  let plain: TestPortal;
  beforeAll(async () => {
    plain = await startTestPortal();
  });
  afterAll(() => plain.remove());

  it('has nothing for pages', async () => {
    const user = await Browser.login(plain, 'alice');
    for (const [method, path, body] of [
      ...requestsAbout(randomUUID()),
      ['GET', '/api/mobile', undefined],
      ['POST', '/api/mobile/enrolments', {}],
      ['DELETE', `/api/mobile/devices/${randomUUID()}`, {}],
    ] as const)
      expect(await user.send(method, path, body)).toMatchObject({ status: 403, code: 'MOBILE_FORBIDDEN' });
  });

  it('has nothing for phones', async () => {
    for (const path of ['/mobile/scep/place', `/mobile/profile-service/${randomUUID()}`])
      expect(await sendRaw(plain, path, { method: 'POST', body: 'x' })).toMatchObject({ status: 403 });
    expect(await sendRaw(plain, `/mobile/enrol/${'a'.repeat(32)}`)).toMatchObject({ status: 404 });
  });
});
