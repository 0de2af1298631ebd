import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestCard } from '../../support/host-and-card/test-card.js';
import { Browser, startTestPortal, type TestPortal } from './support/test-portal.js';

let portal: TestPortal;
beforeAll(async () => {
  portal = await startTestPortal();
});
afterAll(() => portal.remove());

describe('logging in', () => {
  it('opens a session that ends at logout', async () => {
    const alice = await Browser.login(portal, 'alice');
    expect((await alice.get('/api/session')).body).toEqual({
      user: { username: 'alice', displayName: 'Alice Example', language: null, rights: ['own-account', 'own-devices'] },
      passkeys: true,
      secondFactor: 'unneeded',
      proofs: { password: true, passkey: false, card: false, provider: null },
    });
    const kept = await alice.get('/api/devices');
    expect(kept.status).toBe(200);
    expect(kept.headers.get('cache-control')).toBe('no-store');
    const thief = new Browser(portal);
    for (const [name, value] of alice.cookies) thief.cookies.set(name, value);
    expect((await thief.get('/api/devices')).status).toBe(200);
    await alice.send('DELETE', '/api/session', {});
    for (const browser of [alice, thief])
      expect(await browser.get('/api/devices')).toMatchObject({ status: 401, code: 'LOGIN_REQUIRED' });
  });

  it('sets cookies that no script can read and no other site can send', async () => {
    const answer = await new Browser(portal).post('/api/session', { username: 'Alice ', password: 'alice-password' });
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^cardwright=[\w-]{43}; Max-Age=28800; Path=\/; HttpOnly; SameSite=Strict$/),
      expect.stringMatching(/^cardwright-known=[\w.%-]+; Max-Age=15552000; Path=\/; HttpOnly; SameSite=Strict$/),
    ]);
  });

  it.each([
    ['a wrong password', { username: 'alice', password: 'wrong-password' }],
    ['an unknown name', { username: 'nobody', password: 'alice-password' }],
  ])('is refused with the same words for %s', async (_what, credentials) => {
    expect(await new Browser(portal).post('/api/session', credentials)).toMatchObject({
      status: 401,
      code: 'LOGIN_REQUIRED',
    });
  });

  it('is refused for a minute after five wrong passwords, even with the right one, and not for others', async () => {
    const browser = new Browser(portal);
    const attempts = Array.from({ length: 6 }, () =>
      browser.post('/api/session', { username: 'bob', password: 'wrong-password' }),
    );
    const codes = (await Promise.all(attempts)).map(({ code }) => code);
    expect(codes.filter((code) => code === 'RATE_LIMITED')).toHaveLength(1);
    expect(await browser.post('/api/session', { username: 'bob', password: 'bob-password' })).toMatchObject({
      status: 429,
    });
    await Browser.login(portal, 'alice');
  });
});

describe('a request that changes something', () => {
  const login = { username: 'alice', password: 'alice-password' };
  it.each([
    ['from another origin', { origin: 'http://localhost:1' }],
    ['from an opaque origin', { origin: 'null' }],
    ['in a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['in text that looks like JSON', { 'content-type': 'text/plain;application/json' }],
  ])('is refused %s', async (_what, headers) => {
    expect(await new Browser(portal).send('POST', '/api/session', login, headers)).toMatchObject({
      status: 403,
      code: 'FORBIDDEN',
    });
  });

  it('is refused without an origin', async () => {
    const headers = { 'content-type': 'application/json' };
    const url = `http://127.0.0.1:${portal.port}/api/session`;
    expect((await fetch(url, { method: 'POST', headers, body: JSON.stringify(login) })).status).toBe(403);
  });
});

describe('the server', () => {
  it('demands a login before anything of a user, and the role before anything of an operator', async () => {
    const nobody = new Browser(portal);
    for (const path of ['/api/devices', '/api/operator/devices', '/api/operator/policy', '/api/operator/audit'])
      expect(await nobody.get(path)).toMatchObject({ status: 401, code: 'LOGIN_REQUIRED' });
    const alice = await Browser.login(portal, 'alice');
    for (const path of ['/api/operator/devices', '/api/operator/policy', '/api/operator/audit'])
      expect(await alice.get(path)).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    expect((await alice.post('/api/operator/devices/0b2c7e9e-1111-4222-8333-444455556666/activate', {})).code).toBe(
      'FORBIDDEN',
    );
  });

  it('answers requests that it does not understand with a code of the catalogue', async () => {
    const alice = await Browser.login(portal, 'alice');
    expect(await alice.get('/api/nothing')).toMatchObject({ status: 404, code: 'METHOD_NOT_FOUND' });
    expect(await alice.post('/api/operations', { kind: 'issue' })).toMatchObject({
      status: 400,
      code: 'INVALID_PARAMS',
    });
    const host = await alice.openHost(new TestCard('piv', null, null));
    expect(await alice.post('/api/operations', { ...host.startRequest, kind: 'engrave-card' })).toMatchObject({
      status: 400,
      code: 'INVALID_PARAMS',
      body: { error: { data: { details: { path: 'kind' } } } },
    });
    expect(await alice.post('/api/operations', { text: 'x'.repeat(300_000) })).toMatchObject({
      status: 413,
      code: 'MESSAGE_TOO_LARGE',
    });
    expect(await alice.post('/api/operations/x/results', { step: 1, outcomes: [] })).toMatchObject({ status: 400 });
    expect(await alice.post('/api/session', { username: 'a', password: 'b', role: 'operator' })).toMatchObject({
      code: 'INVALID_PARAMS',
    });
  });

  it('names no contact for weaknesses where none is set', async () => {
    expect(await new Browser(portal).get('/.well-known/security.txt')).toMatchObject({
      status: 404,
      code: 'METHOD_NOT_FOUND',
    });
  });

  it('shows its keys to extensions of any origin, and its pages to no frame', async () => {
    const { headers, body } = await new Browser(portal).get('/.well-known/cardwright');
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('content-security-policy')).toMatch(/default-src 'self';.*frame-ancestors 'none'/);
    expect(body).toMatchObject({
      keys: [
        { use: 'sig', alg: 'ES256' },
        { use: 'enc', alg: 'ECDH-ES' },
      ],
    });
    expect(JSON.stringify(body)).not.toContain('"d"');
    expect((await new Browser(portal).get('/')).headers.get('location')).toBe('/my-devices');
  });
});
