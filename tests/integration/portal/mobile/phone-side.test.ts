import { randomBytes, randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import type { ScepAnswer } from '../../../../portal/src/server/mobile/scep/scep-server.js';
import { startMobilePortal, BROWSER_COOKIE, HANDOVER, type MobilePortal } from './fake-mobile.js';
import { sendRaw, type RawRequest } from './raw-request.js';
import { expectOnlyPrinted } from '../../../support/printed-lines.js';

expectOnlyPrinted(/^Request answered\. .* status=503 /);

/** Name of the cookie. Browsers accept it only over https, and from no other host of the domain. */
const COOKIE = '__Host-cardwright-mobile';
const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Safari/604.1';

let portal: MobilePortal;
beforeAll(async () => {
  portal = await startMobilePortal({ CARDWRIGHT_ORIGIN: 'https://cms.example.com' });
});
afterAll(() => portal.remove());
beforeEach(() => {
  portal.mobile.page = { kind: 'download', language: 'en' };
  portal.mobile.answerPhoneWith = new Uint8Array([0x30, 0]);
  portal.mobile.phoneBodies.length = 0;
  portal.mobile.scepCalls.length = 0;
});

const newToken = () => randomBytes(24).toString('base64url');
const post = (path: string, asked: RawRequest = {}) => sendRaw(portal, path, { method: 'POST', body: 'x', ...asked });

it.each([
  ['POST', '/api/session'],
  ['POST', '/api/operations'],
  ['POST', '/api/mobile/enrolments'],
  ['POST', `/api/mobile/enrolments/${randomUUID()}/confirm`],
  ['POST', `/api/mobile/enrolments/${randomUUID()}/cancel`],
  ['DELETE', `/api/mobile/devices/${randomUUID()}`],
  ['POST', '/mobile/scep/place/../../../api/mobile/enrolments'],
  ['POST', '/mobile/scep/..%2f..%2fapi%2fsession/x'],
  ['POST', '//mobile/scep/place'],
  ['POST', '/mobile//scep/place'],
  ['POST', '/MOBILE/SCEP/place'],
  ['POST', '/mobile/scep/place/'],
  ['POST', '/mobile/scep/place/pkiclient.exe'],
  ['POST', '/mobile/enrol/token'],
  ['POST', '/mobile/enrol/token/profile'],
  ['PUT', '/mobile/scep/place'],
  ['DELETE', '/mobile/scep/place'],
  ['PUT', `/mobile/profile-service/${randomUUID()}`],
])('accepts nothing without an origin at %s %s', async (method, path) => {
  const { status } = await sendRaw(portal, path, {
    method,
    body: '{}',
    headers: { 'content-type': 'application/json' },
  });
  expect([403, 404]).toContain(status);
  expect(portal.mobile.scepCalls).toEqual([]);
  expect(portal.mobile.phoneBodies).toEqual([]);
});

it.each([
  ['no Content-Type', {}],
  ['a Content-Type that is none', { 'content-type': ';;garbage' }],
  ['one of another kind', { 'content-type': 'application/json' }],
  ['that of a form', { 'content-type': 'application/x-www-form-urlencoded' }],
  ['that of a phone', { 'content-type': 'application/pkcs7-signature' }],
])('reads what a phone sends with %s as bytes', async (_what, headers) => {
  const body = new Uint8Array([0x30, 0x80, 0xff, 0]);
  const answer = await post(`/mobile/profile-service/${randomUUID()}`, { headers, body });
  expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/x-apple-aspen-config' } });
  await post('/mobile/scep/place?operation=PKIOperation', { headers, body });
  expect(portal.mobile.phoneBodies.map((one) => [...one])).toEqual([[...body]]);
  expect(portal.mobile.scepCalls.map((one) => [...one.body])).toEqual([[...body]]);
});

it.each(['/mobile/scep/place', `/mobile/profile-service/${randomUUID()}`])(
  'reads no body of more than 64 KB at %s',
  async (path) => {
    const answer = await post(path, { body: new Uint8Array(64 * 1024 + 1) });
    expect(answer).toMatchObject({ status: 413, text: 'Payload Too Large' });
    expect(portal.mobile.scepCalls).toEqual([]);
    expect(portal.mobile.phoneBodies).toEqual([]);
  },
);

it.each([
  [new CardwrightError('PHONE_NOT_GENUINE', { reason: 'the chain ends at someone' }), 403, 'Forbidden'],
  [new CardwrightError('PHONE_UNSUPPORTED', { product: 'iPhone12,1', version: '21A1' }), 403, 'Forbidden'],
  [new CardwrightError('PHONE_OF_ANOTHER'), 403, 'Forbidden'],
  [new CardwrightError('ENROLMENT_NOT_FOUND'), 404, 'Not Found'],
  [new CardwrightError('CA_UNAVAILABLE'), 503, 'Service Unavailable'],
])('gives a phone only the status of %s', async (error, status, text) => {
  portal.mobile.answerPhoneWith = error;
  const answer = await post(`/mobile/profile-service/${randomUUID()}`);
  expect(answer).toMatchObject({ status, text, headers: { 'content-type': 'text/plain; charset=utf-8' } });
});

it.each([
  ['an enrolment whose id is none', 'POST', '/mobile/profile-service/1%27%20OR%201', 404],
  ['two messages in one address', 'GET', '/mobile/scep/place?operation=PKIOperation&message=a&message=b', 400],
])('answers %s in plain text', async (_what, method, path, status) => {
  const answer = await sendRaw(portal, path, { method, ...(method === 'POST' ? { body: 'x' } : {}) });
  expect(answer).toMatchObject({ status, headers: { 'content-type': 'text/plain; charset=utf-8' } });
  expect(portal.mobile.phoneBodies).toEqual([]);
  expect(portal.mobile.scepCalls).toEqual([]);
});

const INJECTION = '"><script>alert(1)</script>';

it.each(['download', 'not-safari', 'unsupported', 'dead'] as const)(
  'shows no input of a visitor on the %s page',
  async (kind) => {
    portal.mobile.page = { kind, language: 'en' };
    const headers = {
      'user-agent': INJECTION,
      'accept-language': `de${INJECTION}`,
      cookie: `${COOKIE}=${INJECTION}`,
    };
    const { text } = await sendRaw(portal, `/mobile/enrol/${newToken()}`, { headers });
    expect(text).toMatch(/^<!doctype html>/);
    expect(text).not.toContain('script');
    expect(portal.mobile.visitors.at(-1)).toEqual({ userAgent: INJECTION, browser: null });
  },
);

it.each([
  `${newToken()}${encodeURIComponent(INJECTION)}`,
  '%3Cscript%3Ealert%281%29%3C%2Fscript%3E',
  '..%2f..%2fapi%2fmobile',
  'short',
  'a'.repeat(101),
])('knows no link %s', async (token) => {
  const visits = portal.mobile.visitors.length;
  const profile = `/mobile/enrol/${token}/profile`;
  for (const path of [`/mobile/enrol/${token}`, profile, `${profile}/${HANDOVER}`]) {
    const { status, text } = await sendRaw(portal, path);
    expect(status).toBe(404);
    expect(text).not.toContain('script');
  }
  expect(portal.mobile.visitors).toHaveLength(visits);
});

it('sends a link page that no one caches, frames or runs a script in', async () => {
  const { status, headers } = await sendRaw(portal, `/mobile/enrol/${newToken()}`, {
    headers: { 'user-agent': IPHONE },
  });
  expect(status).toBe(200);
  expect(headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': expect.stringContaining("default-src 'self'"),
    'referrer-policy': 'no-referrer',
    'x-frame-options': 'DENY',
  });
  expect(headers['set-cookie']).toBeUndefined();
  expect(portal.mobile.visitors.at(-1)).toEqual({ userAgent: IPHONE, browser: null });
});

it.each([
  ['de-DE,de;q=0.9', 'en', 'de'],
  ['en-US', 'de', 'en'],
  // The phone has neither: the language of the enrolling person.
  ['fr-FR,fr;q=0.9', 'de', 'de'],
  [undefined, 'de', 'de'],
] as const)(
  'uses for a browser with %s, of an enrolment in %s, the language %s',
  async (header, ofEnrolment, language) => {
    portal.mobile.page = { kind: 'download', language: ofEnrolment };
    const headers: Record<string, string> = header === undefined ? {} : { 'accept-language': header };
    const { text } = await sendRaw(portal, `/mobile/enrol/${newToken()}`, { headers });
    expect(text).toContain(`<html lang="${language}">`);
  },
);

it('shows the page of an icon, whose button posts to its own address, and changes nothing when it is opened', async () => {
  const path = `/mobile/installed/${randomUUID()}/${newToken()}`;
  const { status, text, headers } = await sendRaw(portal, path);
  expect([status, headers['cache-control'], headers['referrer-policy']]).toEqual([200, 'no-store', 'no-referrer']);
  expect(text).toMatch(/<form method="post"><button[^>]*>Finish setup<\/button><\/form>/);
  expect(portal.mobile.icons.at(-1)?.isPressed).toBe(false);
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const pressed = await sendRaw(portal, path, { method: 'POST', headers: form });
  expect([pressed.status, pressed.text.includes('This device is ready')]).toEqual([200, true]);
  expect(portal.mobile.icons.at(-1)?.isPressed).toBe(true);
});

it.each(['x/', '6f1c0f0e-3d7a-4f55-9a3f-6f6f6f6f6f6f/short', `x/${'A'.repeat(43)}`])(
  'knows no icon at the address %s, and shows nothing of the address',
  async (rest) => {
    const before = portal.mobile.icons.length;
    for (const method of ['GET', 'POST']) {
      const { status, text } = await sendRaw(portal, `/mobile/installed/${rest}`, { method });
      expect([status, text.includes('AAAA')]).toEqual([404, false]);
    }
    expect(portal.mobile.icons).toHaveLength(before);
  },
);

it('leads only the first browser to the profile, and sends it as a file that a phone installs', async () => {
  const path = `/mobile/enrol/${newToken()}/profile`;
  const claimed = await sendRaw(portal, path);
  const location = `${path}/${HANDOVER}`;
  expect(claimed).toMatchObject({ status: 303, headers: { location, 'cache-control': 'no-store' } });
  expect(claimed.headers['set-cookie']).toEqual([
    `${COOKIE}=${BROWSER_COOKIE}; Max-Age=7200; Path=/; HttpOnly; Secure; SameSite=Lax`,
  ]);
  const cookie = `${COOKIE}=${BROWSER_COOKIE}`;
  const page = { status: 404, headers: { 'content-type': 'text/html; charset=utf-8' } };
  expect(await sendRaw(portal, path)).toMatchObject(page);
  expect(await sendRaw(portal, location)).toMatchObject(page);
  expect(await sendRaw(portal, path, { headers: { cookie } })).toMatchObject({ status: 303 });
  const { status, headers } = await sendRaw(portal, location, { headers: { cookie } });
  expect(status).toBe(200);
  expect(headers).toMatchObject({
    'content-type': 'application/x-apple-aspen-config',
    'content-disposition': 'attachment; filename="cardwright.mobileconfig"',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
  });
  expect(headers['set-cookie']).toBeUndefined();
});

it.each([
  ['only asks whether it exists', { method: 'HEAD' }],
  ['loads it in advance', { headers: { 'sec-purpose': 'prefetch;prerender' } }],
  ['is older and does so', { headers: { purpose: 'prefetch' } }],
  ['shows a preview', { headers: { 'x-purpose': 'preview' } }],
])('gives a link to no program that %s', async (_what, asked) => {
  const path = `/mobile/enrol/${newToken()}/profile`;
  expect(await sendRaw(portal, path, asked)).toMatchObject({ status: 404 });
  expect(await sendRaw(portal, path)).toMatchObject({ status: 303 });
});

it("passes a client's request on to the SCEP server, and its answer back", async () => {
  portal.mobile.scepAnswer = { status: 200, contentType: 'text/plain', body: Buffer.from('AES') };
  const answer = await sendRaw(portal, '/mobile/scep/place?operation=GetCACaps&message=CA');
  expect(answer).toMatchObject({ status: 200, text: 'AES', headers: { 'cache-control': 'no-store' } });
  expect(portal.mobile.scepCalls).toMatchObject([
    { place: 'place', query: { operation: 'GetCACaps', message: 'CA' }, method: 'GET' },
  ]);
});

it('records a certificate as sent once the answer has left, and not if the client has left before', async () => {
  const events: string[] = [];
  const { answerNow, answer } = heldBack(() => events.push('sent'));
  portal.mobile.scepAnswer = answer;
  const before = openSockets();
  const client = request({ host: '127.0.0.1', port: portal.port, path: '/mobile/scep/place', method: 'POST' });
  client.on('error', () => undefined);
  client.end('x');
  await until(() => portal.mobile.scepCalls.length === 1);
  client.destroy();
  await until(() => openSockets() <= before);
  answerNow();
  // There is no event to wait for.
  await setTimeout(50);
  expect(events).toEqual([]);
  await post('/mobile/scep/place');
  await until(() => events.length > 0);
  expect(events).toEqual(['sent']);
});

function heldBack(onSent: () => void): { answerNow: () => void; answer: Promise<ScepAnswer> } {
  let answerNow: () => void = () => undefined;
  const answer = new Promise<ScepAnswer>((resolve) => {
    answerNow = () =>
      resolve({
        status: 200,
        contentType: 'application/x-pki-message',
        body: new Uint8Array(1000),
        sent: () => {
          onSent();
          return Promise.resolve();
        },
      });
  });
  return { answerNow, answer };
}

/** Counts this process's sockets: the client's side of a connection, and the portal's. */
const openSockets = (): number =>
  process.getActiveResourcesInfo().filter((resource) => resource === 'TCPSocketWrap').length;

/** The test's own time limit ends an endless wait. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await setTimeout(5);
}
