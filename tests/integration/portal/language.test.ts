import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Browser, startTestPortal, type TestPortal } from './support/test-portal.js';

let portal: TestPortal;
let alice: Browser;
beforeAll(async () => {
  portal = await startTestPortal();
});
afterAll(() => portal.remove());
beforeEach(async () => {
  alice = await Browser.login(portal, 'alice');
  await choose(alice, null);
});

const choose = (browser: Browser, language: unknown) => browser.send('PUT', '/api/session/language', { language });

/** Returns the language of a page for a browser that prefers English, or another language. */
const languageOf = async (browser: Browser, path = '/my-devices', preferred = 'en'): Promise<string | null> =>
  (await browser.send('GET', path, undefined, { 'accept-language': preferred })).headers.get('content-language');

describe('a language that is chosen before signing in', () => {
  const signIn = (browser: Browser, username: string) =>
    browser.post('/api/session', { username, password: `${username}-password` });
  let browser: Browser;
  beforeEach(async () => {
    browser = new Browser(portal);
    expect(await choose(browser, 'de')).toMatchObject({ status: 200, body: { user: null } });
  });

  it('is kept in the browser, and then with the account', async () => {
    expect(await languageOf(browser, '/login')).toBe('de');
    expect(await signIn(browser, 'alice')).toMatchObject({ body: { user: { language: 'de' } } });
    expect(await languageOf(browser)).toBe('de');
    expect(await languageOf(await Browser.login(portal, 'alice'))).toBe('de');
  });

  it('counts for whoever signs in next, and for nobody after', async () => {
    await signIn(browser, 'alice');
    await browser.send('DELETE', '/api/session', {});
    expect(await signIn(browser, 'olga')).toMatchObject({ body: { user: { language: null } } });
    expect(await languageOf(browser)).toBe('en');
  });

  it('can be given back to the browser', async () => {
    await choose(browser, null);
    expect(await languageOf(browser, '/login')).toBe('en');
    expect(await signIn(browser, 'alice')).toMatchObject({ body: { user: { language: null } } });
  });
});

describe('the language of the pages', () => {
  it("is the browser's preference, until the user chooses one", async () => {
    expect([await languageOf(alice), await languageOf(alice, '/my-devices', 'de')]).toEqual(['en', 'de']);
    expect(await choose(alice, 'de')).toMatchObject({ status: 200, body: { user: { language: 'de' } } });
    for (const path of ['/login', '/my-devices', '/operator', '/help/troubleshooting'])
      expect(await languageOf(alice, path)).toBe('de');
  });

  it('is kept with the account, for other browsers too', async () => {
    await choose(alice, 'de');
    const elsewhere = await Browser.login(portal, 'alice');
    expect(await languageOf(elsewhere)).toBe('de');
    expect((await elsewhere.get('/api/session')).body).toMatchObject({ user: { language: 'de' } });
    expect(await languageOf(await Browser.login(portal, 'olga'))).toBe('en');
  });

  it('reaches a session that was open before', async () => {
    const elsewhere = await Browser.login(portal, 'alice');
    await choose(alice, 'de');
    expect(await languageOf(elsewhere)).toBe('en');
    await elsewhere.get('/api/session');
    expect(await languageOf(elsewhere)).toBe('de');
  });

  it('does not pass to the next person at the same browser', async () => {
    await choose(alice, 'de');
    await alice.send('DELETE', '/api/session', {});
    await alice.post('/api/session', { username: 'olga', password: 'olga-password' });
    expect(await languageOf(alice)).toBe('en');
  });

  it("can be returned to the browser's preference", async () => {
    await choose(alice, 'de');
    await choose(alice, null);
    expect([await languageOf(alice), await languageOf(alice, '/my-devices', 'de')]).toEqual(['en', 'de']);
  });

  it.each(['xx', '', 'de-CH', 7, '__proto__'])('refuses an unknown language: %j', async (language) => {
    expect(await choose(alice, language)).toMatchObject({ status: 400, code: 'INVALID_PARAMS' });
  });

  it('is not chosen for an account by a made-up cookie', async () => {
    const browser = new Browser(portal);
    browser.cookies.set('cardwright-chosen-language', '../../etc/passwd');
    await browser.post('/api/session', { username: 'alice', password: 'alice-password' });
    expect((await browser.get('/api/session')).body).toMatchObject({ user: { language: null } });
  });

  it('ignores a made-up cookie', async () => {
    const browser = new Browser(portal);
    browser.cookies.set('cardwright-language', '../../etc/passwd');
    expect(await languageOf(browser)).toBe('en');
  });
});
