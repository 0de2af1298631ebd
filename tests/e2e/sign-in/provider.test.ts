// Alone proves: a sign-in by an OpenID provider works in a browser.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { until } from '@cardwright/stage';
import { eq } from 'drizzle-orm';
import type { Page } from 'puppeteer-core';
import { openPortalDatabase, type PortalDatabase } from '../../../portal/src/server/store/database.js';
import { audit, sessions } from '../../../portal/src/server/store/schema.js';
import { CLIENT, IdentityProvider } from '../../../demo/src/identity-provider.js';
import { startProviderPortal } from '../../integration/portal/oidc/provider-portal.js';
import type { TestPortal } from '../../integration/portal/support/test-portal.js';
import { blankYubikey } from '../../support/device-facts.js';
import { click, openPage, openPageBrowser, waitFor, type PageBrowser } from '../../support/page-stage.js';
import { thoroughIt } from '../../support/thorough.js';
import { bundlePage } from '../../support/wizard-stage.js';
import { expectOnlyPrinted } from '../../support/printed-lines.js';

expectOnlyPrinted(/^oidc-provider WARNING: /);

/** A sign-in at a provider of another site, in a browser: all cookies of the portal are `SameSite=Strict`. */

/** The provider's button for Nora. */
const NORA = 'button[value=nora]';

let provider: IdentityProvider;
let portal: TestPortal;
let browser: PageBrowser;
let store: PortalDatabase;

beforeAll(async () => {
  provider = await IdentityProvider.start('127.0.0.1');
  portal = await startProviderPortal([
    {
      name: 'work',
      title: 'your work account',
      issuer: provider.issuer,
      clientId: CLIENT.id,
      secret: CLIENT.secret,
      roles: [
        { group: 'operators', role: 'operator' },
        { group: 'staff', role: 'user' },
      ],
      timeout: 10,
    },
  ]);
  provider.serve(portal.origin, 'work');
  provider.people.set('nora', {
    sub: 'nora',
    preferred_username: 'nora',
    name: 'Nora New',
    groups: ['operators', 'staff'],
  });
  provider.asks = true;
  browser = await openPageBrowser();
  store = await openPortalDatabase(portal.configuration.database);
});
afterAll(async () => {
  await browser.close();
  await store.close();
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
  await waitFor(page, NORA);
  expect(new URL(page.url()).hostname).toBe('127.0.0.1');
  await click(page, NORA);
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
  await waitFor(page, NORA);
  await page.close();
});

/** Signs in at the provider, and opens My Devices. Operators come to their own pages first. */
async function signIn(): Promise<Page> {
  const page = await openPage(browser, `${portal.origin}/my-devices`);
  await waitFor(page, '>>> .provider');
  await click(page, '>>> .provider');
  await waitFor(page, NORA);
  await click(page, NORA);
  await waitFor(page, '>>> #logout');
  await page.goto(`${portal.origin}/my-devices`);
  await waitFor(page, '>>> #add-device');
  return page;
}

const HOUR = 60 * 60 * 1000;
const ageProofs = () => store.db.update(sessions).set({ provedAt: new Date(Date.now() - HOUR), provedBy: 'work' });
const started = async (): Promise<number> =>
  (await store.db.select().from(audit).where(eq(audit.event, 'operation.started'))).length;

/** Resolves with the next window that a page opens. */
const windowOf = (page: Page) =>
  new Promise<Page>((resolve, reject) => {
    page.once('popup', (opened) => (opened ? resolve(opened) : reject(new Error('no window'))));
  });

const WIZARD = '>>> cardwright-add-device';
const PROVE = `${WIZARD} >>> cardwright-dialog[data-pane=prove]`;
const FORM = `${WIZARD} portal-fresh-proof >>>`;

thoroughIt(
  'asks in a window for a fresh proof, and the wizard of the page continues, whose cookie is new by then',
  async () => {
    const page = await signIn();
    await page.evaluate(await bundlePage('tests/support/wizard-page/extension-only.ts'));
    await page.evaluate((devices) => window.extension.setDevices(devices), [blankYubikey('11223344')]);
    await ageProofs();
    await click(page, '>>> #add-device');
    await waitFor(page, `${PROVE} h2`);
    expect(await page.$(`${FORM} #password`)).toBeNull();

    // Whoever closes the window, or goes back there, finds the wizard as it was.
    const first = windowOf(page);
    await click(page, `${FORM} #prove-at-provider`);
    const closed = await first;
    await waitFor(closed, NORA);
    await closed.close();
    await page.bringToFront();
    await waitFor(page, `${FORM} #waiting:not(.visually-hidden)`);
    expect(await started()).toBe(0);

    const second = windowOf(page);
    await click(page, `${FORM} #prove-at-provider`);
    const opened = await second;
    await waitFor(opened, NORA);
    expect(new URL(opened.url()).hostname).toBe('127.0.0.1');
    expect(await opened.evaluate(() => window.opener === null)).toBe(true);
    await click(opened, NORA);
    await until(() => Promise.resolve(opened.isClosed()), { what: 'the window closes itself' });
    await page.bringToFront();
    await page.waitForSelector(PROVE, { hidden: true });
    await until(async () => (await started()) === 1, { what: 'the operation starts' });
    await page.close();
  },
);

it('starts nothing where another person signs in at the provider, who then signs the user out here too', async () => {
  provider.people.set('mia', { sub: 'mia', preferred_username: 'mia', name: 'Mia Else', groups: ['staff'] });
  // The session is that of the test before, where that one is not left out.
  const page = globalThis.runsEverything ? await openPage(browser, `${portal.origin}/my-devices`) : await signIn();
  await waitFor(page, '>>> #add-device');
  await page.evaluate(await bundlePage('tests/support/wizard-page/extension-only.ts'));
  await page.evaluate((devices) => window.extension.setDevices(devices), [blankYubikey('11223345')]);
  await ageProofs();
  const before = await started();
  await click(page, '>>> #add-device');
  await waitFor(page, `${PROVE} h2`);
  const opening = windowOf(page);
  await click(page, `${FORM} #prove-at-provider`);
  const opened = await opening;
  await waitFor(opened, NORA);
  await click(opened, 'button[value=mia]');
  // Both are sent on from page to page meanwhile.
  const saidIn = (where: Page) => where.$eval('>>> h1', ({ textContent }) => textContent).catch(() => '');
  await until(async () => (await saidIn(opened)) === 'Sign in', { what: 'the window opens no session' });
  await page.bringToFront();
  await until(async () => (await saidIn(page)) === 'Sign in', { what: 'the page notices that its session has ended' });
  expect(await started()).toBe(before);
  await opened.close();
  await page.close();
});
