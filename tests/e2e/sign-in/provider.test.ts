import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'puppeteer-core';
import { startProviderPortal } from '../../integration/portal/oidc/provider-portal.js';
import type { TestPortal } from '../../integration/portal/support/test-portal.js';
import { CLIENT, IdentityProvider } from '../../../demo/src/identity-provider.js';
import { click, openPage, openPageBrowser, waitFor, type PageBrowser } from '../../support/page-stage.js';

/** A sign-in at a provider of another site, in a browser: all cookies of the portal are `SameSite=Strict`. */

let provider: IdentityProvider;
let portal: TestPortal;
let browser: PageBrowser;

beforeAll(async () => {
  provider = await IdentityProvider.start('127.0.0.1');
  portal = await startProviderPortal([
    {
      name: 'work',
      title: 'your work account',
      issuer: provider.issuer,
      clientId: CLIENT.id,
      secret: CLIENT.secret,
      roles: [{ group: 'operators', role: 'operator' }],
      timeout: 10,
    },
  ]);
  provider.serve(portal.origin, 'work');
  provider.people.set('nora', { sub: 'nora', preferred_username: 'nora', name: 'Nora New', groups: ['operators'] });
  provider.person = 'nora';
  provider.asks = true;
  browser = await openPageBrowser();
});
afterAll(async () => {
  await browser.close();
  await portal.remove();
  await provider.stop();
});

const pathOf = (page: Page): Promise<string> => page.evaluate(() => location.pathname + location.search);

it('leads from the wanted page to the provider and back to it, and signs out at both', async () => {
  const wanted = '/operator/devices/0b5e9a1e-50a1-4a4e-9c39-0f5f0d4e7b11';
  const page = await openPage(browser, `${portal.origin}${wanted}`);
  await waitFor(page, '>>> .provider');
  expect(await pathOf(page)).toBe(`/login?to=${encodeURIComponent(wanted)}`);
  await click(page, '>>> .provider');
  await waitFor(page, 'button[value=nora]');
  expect(new URL(page.url()).hostname).toBe('127.0.0.1');
  await click(page, 'button[value=nora]');
  await waitFor(page, '>>> #logout');
  expect(await pathOf(page)).toBe(wanted);
  const session = await page.evaluate(async () => (await fetch('/api/session')).json() as Promise<unknown>);
  expect(session).toMatchObject({
    user: { username: 'nora', rights: expect.arrayContaining(['act-on-devices']) as unknown },
  });

  await click(page, '>>> #logout');
  await waitFor(page, '>>> .provider');
  expect(await pathOf(page)).toBe('/login');
  await click(page, '>>> .provider');
  // The provider asks again, because its session has ended too.
  await waitFor(page, 'button[value=nora]');
  await page.close();
});
