import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  AuthenticatorDispenser,
  launchBrowser,
  RelyingPartySite,
  type StageBrowser,
  patiently,
} from '@cardwright/stage';
import type { Page } from 'puppeteer-core';

const HOST = 'login.microsoft.com';
let site: RelyingPartySite;
let browser: StageBrowser;
let dispenser: AuthenticatorDispenser;

beforeAll(async () => {
  site = await RelyingPartySite.start(HOST);
  browser = await launchBrowser({ extensionDir: null, hostProgram: null, localHosts: [site] });
  dispenser = await AuthenticatorDispenser.start(browser.browser);
  site.beforeAnswer = () => dispenser.everyPageHasOne();
});
afterEach(() => {
  site.manner = 'not-found';
});
afterAll(async () => {
  await browser.close();
  await site.stop();
});

/** Registers a passkey in a page, as its own scripts would. */
const register = (page: Page): Promise<string> =>
  page.evaluate(async (rpId) => {
    const credential = await navigator.credentials.create({
      publicKey: {
        rp: { id: rpId, name: rpId },
        user: { id: new Uint8Array(16), name: 'alice', displayName: 'Alice' },
        challenge: new Uint8Array(32),
        pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      },
    });
    if (!(credential instanceof PublicKeyCredential)) throw new Error('no credential');
    return new TextDecoder().decode(credential.response.clientDataJSON);
  }, HOST);

describe('a foreign relying party on the stage', () => {
  it('has the real origin, and its 404 page lets a passkey be created on a virtual authenticator', async () => {
    const page = patiently(await browser.browser.newPage());
    const response = await page.goto(`${site.origin}/somewhere`);
    expect(response?.status()).toBe(404);
    expect(JSON.parse(await register(page))).toMatchObject({ origin: `https://${HOST}`, type: 'webauthn.create' });
    const kept = await Promise.all((await dispenser.authenticators()).map((one) => one.credentials()));
    expect(kept.flat()).toMatchObject([{ rpId: HOST, isResidentCredential: true }]);
    expect(site.requests).toEqual(['/somewhere']);
    await page.close();
  });

  it('gives a window that a page opens an authenticator before its scripts run', async () => {
    const page = patiently(await browser.browser.newPage());
    await page.goto(site.origin);
    const opened = new Promise<Page | null>((resolve) => page.once('popup', resolve));
    await page.evaluate(() => void open(location.href, '_blank', 'width=400,height=300'));
    const popup = await opened;
    if (popup === null) throw new Error('no window');
    await popup.waitForFunction(() => location.href.startsWith('https:'));
    expect(JSON.parse(await register(popup))).toMatchObject({ origin: `https://${HOST}` });
    await popup.close();
    await page.close();
  });

  it('redirects, leaves or stays silent, as ordered', async () => {
    const page = patiently(await browser.browser.newPage());
    site.elsewhere = 'data:text/plain,elsewhere';
    site.manner = 'moves';
    await page.goto(site.origin);
    site.manner = 'redirects';
    site.elsewhere = `https://${HOST}/there`;
    await expect(page.goto(`${site.origin}/here`)).rejects.toThrow('ERR_TOO_MANY_REDIRECTS');
    site.manner = 'drops';
    await expect(page.goto(site.origin)).rejects.toThrow('net::ERR_');
    site.manner = 'hangs';
    await expect(page.goto(site.origin, { timeout: 500 })).rejects.toThrow('timeout');
    await page.close();
  });

  it('frames itself', async () => {
    const page = patiently(await browser.browser.newPage());
    site.manner = 'frames';
    await page.goto(site.origin);
    await page.waitForFrame((frame) => frame.url() === `${site.origin}/frame`);
    await page.close();
  });
});
