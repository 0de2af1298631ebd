import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startTestPortal, type TestPortal } from '../support/test-portal.js';

/** Bytes that no browser sends, because they are not a request, or not a well-formed one. */

let portal: TestPortal;
beforeAll(async () => {
  portal = await startTestPortal({ CARDWRIGHT_ORIGIN: 'https://cms.example.com' });
});
afterAll(() => portal.remove());

/** Sends bytes on a connection of their own, and returns what comes until the portal closes it. */
const sendBytes = (bytes: string | Uint8Array): Promise<string> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(portal.port, '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', (error) => (chunks.length > 0 ? resolve(text()) : reject(error)));
    socket.on('close', () => resolve(text()));
    const text = () => Buffer.concat(chunks).toString('latin1');
  });

const ends = 'connection: close\r\n\r\n';
const host = 'host: cms.example.com\r\n';

const REQUESTS: Readonly<Record<string, readonly [status: number, bytes: string | Uint8Array]>> = {
  'no request': [400, 'nonsense\r\n\r\n'],
  'a greeting of TLS': [400, Uint8Array.of(0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0)],
  'another version': [400, `GET /login HTTP/9.9\r\n${host}${ends}`],
  'a method in lower case': [400, `get /login HTTP/1.1\r\n${host}${ends}`],
  'a space before the colon': [400, `GET /login HTTP/1.1\r\nhost : cms.example.com\r\n${ends}`],
  'a NUL in a header': [400, `GET /login HTTP/1.1\r\n${host}x: a\0b\r\n${ends}`],
  'a line that is continued': [400, `GET /login HTTP/1.1\r\n${host}x: a\n b\r\n${ends}`],
  'two lengths': [400, `POST /api/session HTTP/1.1\r\n${host}content-length: 2\r\ncontent-length: 3\r\n${ends}{}`],
  'a length and chunks': [
    400,
    `POST /api/session HTTP/1.1\r\n${host}content-length: 2\r\ntransfer-encoding: chunked\r\n${ends}{}`,
  ],
  'a negative length': [400, `POST /api/session HTTP/1.1\r\n${host}content-length: -1\r\n${ends}`],
  'a chunk without a size': [
    400,
    `POST /api/session HTTP/1.1\r\n${host}origin: https://cms.example.com\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n${ends}zz\r\n`,
  ],
  'a header that is too long': [431, `GET /login HTTP/1.1\r\n${host}x: ${'a'.repeat(20_000)}\r\n${ends}`],
  'a path that is too long': [431, `GET /${'a'.repeat(20_000)} HTTP/1.1\r\n${host}${ends}`],
  'an expectation': [417, `POST /api/session HTTP/1.1\r\n${host}expect: everything\r\n${ends}`],
  'a path that cannot be decoded': [400, `GET /%ff HTTP/1.1\r\n${host}${ends}`],
  'half an escape': [400, `GET /api/devices/% HTTP/1.1\r\n${host}${ends}`],
  'a segment that is too long': [400, `DELETE /api/mobile/devices/${'a'.repeat(101)} HTTP/1.1\r\n${host}${ends}`],
  'an unknown path': [404, `GET /api/none HTTP/1.1\r\n${host}${ends}`],
  'an address in the place of a path': [404, `GET http://evil.example/api/none HTTP/1.1\r\n${host}${ends}`],
};

it.each(Object.entries(REQUESTS))('answers %s with its status and the security headers', async (_, [status, bytes]) => {
  const answer = await sendBytes(bytes);
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  for (const header of [
    "content-security-policy: default-src 'self'",
    'x-content-type-options: nosniff',
    'x-frame-options: DENY',
    'strict-transport-security: max-age=31536000; includeSubDomains\r\n',
    'cross-origin-opener-policy: same-origin',
    'cross-origin-resource-policy: same-origin',
    'referrer-policy: no-referrer',
    'permissions-policy: camera=()',
    'origin-agent-cluster: ?1',
    'cache-control: no-store',
    'x-request-id: ',
  ])
    expect(answer).toContain(`\r\n${header}`);
  expect(answer).not.toContain('nonsense');
});

it.each(['/%61pi/session', '/api/%73ession', '/a%70i/none', '//api/none', '/API/session'])(
  'has no cache keep the answer of the API at %s',
  async (path) => {
    expect(await sendBytes(`GET ${path} HTTP/1.1\r\n${host}${ends}`)).toContain('\r\ncache-control: no-store');
  },
);

it.each([
  '/../../package.json',
  '/../server/main.js',
  '/%2e%2e/server/main.js',
  '/..%2fserver%2fmain.js',
  '/..%5cserver%5cmain.js',
  '//etc/passwd',
  '/login.js/../../server/main.js',
])('serves no file beside the pages: %s', async (path) => {
  const answer = await sendBytes(`GET ${path} HTTP/1.1\r\n${host}${ends}`);
  expect(answer).toMatch(/^HTTP\/1\.1 (400|403|404) /);
  expect(answer).not.toMatch(/workspaces|import |root:/);
});

it.each([
  'cms.example.com',
  'cms.example.com:8443',
  'CMS.example.com',
  'localhost:8080',
  '127.0.0.1',
  '10.0.0.7:80',
  '[::1]:8080',
])('serves the host %s', async (name) => {
  expect(await sendBytes(`GET /api/session HTTP/1.1\r\nhost: ${name}\r\n${ends}`)).toMatch(/^HTTP\/1\.1 200 /);
});

it.each([
  'evil.example',
  'evil.example:8080',
  'cms.example.com.evil.example',
  'evilcms.example.com',
  'cms.example.com.',
  'cms.example.com@evil.example',
  'evil.example#cms.example.com',
  'localhost.evil.example',
  '127.0.0.1.evil.example',
  '',
  ' ',
  'a b',
  '%',
  'cms.example.com:port',
])('refuses the host %p, for which a page of another site could ask', async (name) => {
  for (const path of ['/api/session', '/login', '/.well-known/cardwright', '/none'])
    expect(await sendBytes(`GET ${path} HTTP/1.1\r\nhost: ${name}\r\n${ends}`)).toMatch(/^HTTP\/1\.1 403 /);
});

it('refuses a request without a host, and believes no other header', async () => {
  expect(await sendBytes(`GET /api/session HTTP/1.1\r\n${ends}`)).toMatch(/^HTTP\/1\.1 403 /);
  const named = 'host: evil.example\r\nx-forwarded-host: cms.example.com\r\n';
  expect(await sendBytes(`GET /api/session HTTP/1.1\r\n${named}${ends}`)).toMatch(/^HTTP\/1\.1 403 /);
});

it.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'CONNECT'])(
  'does nothing for %s',
  async (method) => {
    const answer = await sendBytes(
      `${method} /.well-known/cardwright HTTP/1.1\r\n${host}origin: https://cms.example.com\r\ncontent-type: application/json\r\n${ends}`,
    );
    // Node.js closes the connection of a CONNECT, which only proxies take.
    if (method !== 'CONNECT') expect(answer).toMatch(/^HTTP\/1\.1 (404|403|400) /);
  },
);
