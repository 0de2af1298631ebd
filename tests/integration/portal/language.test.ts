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

  it('cannot be chosen without a login', async () => {
    expect(await choose(new Browser(portal), 'de')).toMatchObject({ status: 401, code: 'LOGIN_REQUIRED' });
  });

  it('ignores a made-up cookie', async () => {
    const browser = new Browser(portal);
    browser.cookies.set('cardwright-language', '../../etc/passwd');
    expect(await languageOf(browser)).toBe('en');
  });
});
