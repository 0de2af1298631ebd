import { createHash, verify } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { validate } from '@cardwright/protocol';
import type { Page } from 'puppeteer-core';
import * as v from 'valibot';
import { arrival, click, waitFor } from '../../support/page-stage.js';
import { addPasskey } from '../../support/passkeys.js';
import { PortalPages, type PortalScene } from '../../support/portal-pages.js';
import { thoroughIt } from '../../support/thorough.js';

/** Logging in with a passkey, with a scripted server. */

const SCENE = { page: 'login', takesPasskeys: true } as const satisfies PortalScene;
const OPTIONS = 'POST session/passkey/options';
const LOGIN = 'POST session/passkey';
const portal = PortalPages.forTests();

const assertion = v.object({
  credential: v.strictObject({
    id: v.string(),
    rawId: v.string(),
    type: v.literal('public-key'),
    response: v.strictObject({
      clientDataJSON: v.string(),
      authenticatorData: v.string(),
      signature: v.string(),
      userHandle: v.string(),
    }),
    clientExtensionResults: v.strictObject({}),
  }),
});

const alertOf = (page: Page) => page.$eval('>>> [role=alert]', (alert) => alert.textContent);

/** Has the browser refuse a page's request with an error of this name; `null` waits until the page gives up. */
const refuse = (page: Page, name: string | null) =>
  page.evaluate((error) => {
    navigator.credentials.get = (options) =>
      new Promise((_resolve, reject) => {
        if (error !== null) reject(new DOMException('', error));
        options?.signal?.addEventListener('abort', () => reject(new DOMException('', 'AbortError')));
      });
  }, name);

/** Resolves once the page has sent a request this many times. Rejects after some seconds. */
async function untilAsked(page: Page, call: string, times: number): Promise<void> {
  const isThere = (): boolean => portal.calls.filter((one) => one === call).length >= times;
  for (let tries = 0; !isThere() && tries < 100; tries += 1)
    await page.evaluate(() => new Promise(requestAnimationFrame));
  if (!isThere()) throw new Error(`the page did not send ${call}`);
}

async function open(scene: PortalScene = SCENE): Promise<Page> {
  const page = await portal.open(scene);
  await waitFor(page, '>>> #passkey');
  return page;
}

describe('the login page', () => {
  thoroughIt('offers no passkey where the portal takes none, and asks for none', async () => {
    const page = await portal.open({ page: 'login' });
    await waitFor(page, '>>> #login');
    await page.waitForNetworkIdle();
    expect(await page.$('>>> #passkey')).toBeNull();
    expect(portal.calls).toEqual(['GET session/providers', 'GET session']);
    await page.close();
  });

  it('logs in with a passkey from the keyboard alone, with an assertion that verifies', async () => {
    const page = await open();
    const held = await addPasskey(page);
    await page.focus('>>> #login');
    await page.keyboard.press('Tab');
    // This server has no such page; it suffices that the browser goes there.
    const [there] = await Promise.all([arrival(page), page.keyboard.press('Enter')]);
    expect(there).toBe('/my-devices');
    const { credential } = validate(assertion, portal.bodies.at(-1));
    expect(credential).toMatchObject({ id: held.id, rawId: held.id, response: { userHandle: held.userHandle } });
    const bytes = (value: string): Buffer => Buffer.from(value, 'base64url');
    const { authenticatorData, clientDataJSON, signature } = credential.response;
    const signed = Buffer.concat([
      bytes(authenticatorData),
      createHash('sha256').update(bytes(clientDataJSON)).digest(),
    ]);
    expect(verify('sha256', signed, held.publicKey, bytes(signature))).toBe(true);
    await page.close();
  });

  it('reports that the portal refused the passkey, and requests another challenge for the next try', async () => {
    const page = await open({ ...SCENE, refusesPasskeys: 'PASSKEY_LOGIN_REFUSED' });
    await addPasskey(page);
    await click(page, '>>> #passkey');
    await waitFor(page, '>>> [role=alert]');
    expect(await alertOf(page)).toBe('You can’t sign in with this passkey. Try another one, or use your password.');
    const asked = portal.calls.filter((call) => call === OPTIONS).length;
    await click(page, '>>> #passkey');
    await untilAsked(page, LOGIN, 2);
    expect(portal.calls.filter((call) => call === OPTIONS).length).toBeGreaterThan(asked);
    await page.close();
  });

  thoroughIt('says nothing when the user closes the browser’s dialog', async () => {
    const page = await open();
    await refuse(page, 'NotAllowedError');
    await click(page, '>>> #passkey');
    await page.waitForNetworkIdle();
    expect(await page.$('>>> [role=alert]')).toBeNull();
    expect(portal.calls).not.toContain(LOGIN);
    await page.close();
  });

  thoroughIt('says that the browser cannot use passkeys here', async () => {
    const page = await open();
    await refuse(page, 'SecurityError');
    await click(page, '>>> #passkey');
    await waitFor(page, '>>> [role=alert]');
    expect(await alertOf(page)).toBe('Your browser can’t use a passkey here. Use your password.');
    await page.close();
  });
});
