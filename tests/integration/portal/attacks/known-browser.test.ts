import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser, startTestPortal, type TestPortal } from '../support/test-portal.js';

const COOKIE = 'cardwright-known';
const WRONG = { username: 'alice', password: 'wrong-password' };

/** Uses up the tries of alice's name for unknown browsers, as strangers: only a known browser still gets in. */
async function useUpAlice(portal: TestPortal): Promise<void> {
  for (let from = 1; from <= 20; from += 1)
    await new Browser(portal).send('POST', '/api/session', WRONG, { 'x-forwarded-for': `198.51.100.${from}` });
}

const logIn = async (browser: Browser | undefined, username = 'alice') =>
  (await browser?.post('/api/session', { username, password: `${username}-password` }))?.code;

/** Returns the cookie that proves for whom a browser is known. */
const cookieOf = (browser: Browser | undefined): string => browser?.cookies.get(COOKIE) ?? '';

const withCookie = (portal: TestPortal, cookie: string): Browser => {
  const browser = new Browser(portal);
  browser.cookies.set(COOKIE, cookie);
  return browser;
};

/** Changes the content of a cookie, whose signature then does not match. */
function change(cookie: string, how: (content: string) => string): string {
  const decoded = decodeURIComponent(cookie);
  const end = decoded.lastIndexOf('.');
  return encodeURIComponent(how(decoded.slice(0, end)) + decoded.slice(end));
}

describe('a known browser', () => {
  let portal: TestPortal;
  /** Browsers of alice, and one of bob and others, before strangers used up her tries. */
  let [mine, hers, shared]: Browser[] = [];
  let ofAnotherPortal: string;

  beforeAll(async () => {
    const another = await startTestPortal();
    ofAnotherPortal = cookieOf(await Browser.login(another, 'alice'));
    await another.remove();
    portal = await startTestPortal({ CARDWRIGHT_TRUSTED_PROXIES: '127.0.0.1' });
    [mine, hers, shared] = [
      await Browser.login(portal, 'alice'),
      await Browser.login(portal, 'alice'),
      await Browser.login(portal, 'alice'),
    ];
    for (const name of ['bob', 'olga', 'oscar']) expect(await logIn(shared, name)).toBeUndefined();
    await useUpAlice(portal);
  });
  afterAll(() => portal.remove());

  it('lets its person in when strangers have used up her tries, also after a logout, and nobody else', async () => {
    const bobs = await Browser.login(portal, 'bob');
    await mine?.send('DELETE', '/api/session', {});
    expect(await logIn(new Browser(portal))).toBe('RATE_LIMITED');
    expect(await logIn(bobs)).toBe('RATE_LIMITED');
    expect(await logIn(mine)).toBeUndefined();
  });

  it("is not recognised by a request's own claims", async () => {
    const bobs = cookieOf(await Browser.login(portal, 'bob'));
    const made = [{ name: 'alice', browser: crypto.randomUUID(), day: 30_000 }];
    const forged = [
      change(bobs, (content) => content.replace('bob', 'alice')),
      change(bobs, () => ''),
      change(bobs, () => JSON.stringify(made)),
      encodeURIComponent(JSON.stringify(made)),
      ofAnotherPortal,
      `${bobs}${bobs}`,
      'a'.repeat(3000),
    ];
    for (const cookie of forged) expect(await logIn(withCookie(portal, cookie))).toBe('RATE_LIMITED');
  });

  it('can be known for several persons, the last one first', async () => {
    expect(await logIn(shared)).toBeUndefined();
    const names = /^\[.*\]/.exec(decodeURIComponent(cookieOf(shared)))?.[0].match(/(?<="name":")\w+/g);
    expect(names).toEqual(['alice', 'oscar', 'olga', 'bob']);
  });

  it('is logged in only by a password', async () => {
    const browser = withCookie(portal, cookieOf(mine));
    expect((await browser.get('/api/session')).body).toMatchObject({ user: null });
    expect((await browser.get('/api/devices')).code).toBe('LOGIN_REQUIRED');
  });

  it('has few tries as well, and those of others do not count against it', async () => {
    for (let turn = 0; turn < 5; turn += 1)
      expect((await hers?.post('/api/session', WRONG))?.code).toBe('LOGIN_REQUIRED');
    expect(await logIn(hers)).toBe('RATE_LIMITED');
    expect(await logIn(mine)).toBeUndefined();
  });
});
