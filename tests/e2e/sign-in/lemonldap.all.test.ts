import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { until } from '@cardwright/stage';
import type { Page } from 'puppeteer-core';
import { startProviderPortal } from '../../integration/portal/oidc/provider-portal.js';
import type { TestPortal } from '../../integration/portal/support/test-portal.js';
import { CLIENT, LemonLdap, type Groups, type Person } from '../../support/oidc/lemonldap.js';
import { click, fill, openPage, openPageBrowser, waitFor, type PageBrowser } from '../../support/page-stage.js';

/** Sign-ins at a second real provider, LemonLDAP::NG, in a browser. Its pages, errors and tokens differ from those of the demo's provider. */

const ALL: Groups = { operators: ['dwho'], staff: ['dwho', 'rtyler'] };
let provider: LemonLdap;
let portal: TestPortal;
let browser: PageBrowser;

beforeAll(async () => {
  provider = await LemonLdap.start();
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
      everyone: [],
      timeout: 10,
    },
  ]);
  await provider.serve(portal.origin, 'work', ALL);
  browser = await openPageBrowser();
});
afterAll(async () => {
  await browser.close();
  await portal.remove();
  await provider.stop();
});

const pathOf = (page: Page): Promise<string> => page.evaluate(() => location.pathname);
const sessionOf = (page: Page): Promise<unknown> =>
  page.evaluate(async () => (await fetch('/api/session')).json() as Promise<unknown>);

/** Goes from the portal to the provider's own form. */
async function leave(page: Page): Promise<void> {
  await waitFor(page, '>>> .provider');
  await click(page, '>>> .provider');
  await waitFor(page, '#userfield');
}

/** Fills in the provider's own form. */
async function enter(page: Page, person: Person): Promise<void> {
  expect(new URL(page.url()).hostname).toBe('127.0.0.1');
  await fill(page, '#userfield', person);
  await fill(page, '#passwordfield', person);
  await page.$eval('#passwordfield', (field) => field instanceof HTMLInputElement && field.form?.requestSubmit());
}

async function signIn(person: Person): Promise<Page> {
  const page = await openPage(browser, `${portal.origin}/my-devices`);
  await leave(page);
  await enter(page, person);
  await waitFor(page, '>>> #logout');
  return page;
}

const isIn = async (page: Page): Promise<boolean> =>
  page.evaluate(async () => (await fetch('/api/devices')).status === 200);

it('makes an account with the role of the group, and signs out at both', async () => {
  const page = await signIn('dwho');
  expect(await sessionOf(page)).toMatchObject({
    user: {
      username: 'dwho',
      displayName: 'Doctor Who',
      rights: expect.arrayContaining(['act-on-devices']) as unknown,
    },
  });
  await click(page, '>>> #logout');
  await waitFor(page, '>>> .provider');
  expect(await pathOf(page)).toBe('/login');
  // The provider asks again, because its session has ended too.
  await leave(page);
  await page.close();
});

it('takes the role away with the group, at the next sign-in', async () => {
  provider.regroup(portal.origin, 'work', { operators: [], staff: ['dwho', 'rtyler'] });
  const rightsOf = async (): Promise<unknown> => {
    const page = await signIn('dwho');
    const session = await sessionOf(page);
    await click(page, '>>> #logout');
    await waitFor(page, '>>> .provider');
    await page.close();
    return session;
  };
  await until(async () => !JSON.stringify(await rightsOf()).includes('act-on-devices'), { what: 'the role is gone' });
  provider.regroup(portal.origin, 'work', ALL);
});

it('refuses a person without any of the groups, and says so', async () => {
  const page = await openPage(browser, `${portal.origin}/my-devices`);
  await leave(page);
  await enter(page, 'msmith');
  await waitFor(page, '>>> #problem');
  expect(await sessionOf(page)).toMatchObject({ user: null });
  await page.goto(`${provider.issuer}?logout=1`);
  await page.close();
});

it('ends the session when the person signs out at the provider', async () => {
  const page = await signIn('rtyler');
  expect(await isIn(page)).toBe(true);
  const other = await openPage(browser, `${provider.issuer}?logout=1`);
  await until(async () => !(await isIn(page)), { what: 'the session ends' });
  await other.close();
  await page.close();
});

it('keeps sessions while the provider is away, and says at a sign-in that it is', async () => {
  const page = await signIn('rtyler');
  provider.isDown = true;
  try {
    expect(await isIn(page)).toBe(true);
    const another = await openPageBrowser();
    const stranger = await openPage(another, `${portal.origin}/login`);
    await waitFor(stranger, '>>> .provider');
    await click(stranger, '>>> .provider');
    await waitFor(stranger, '>>> #problem');
    expect(await sessionOf(stranger)).toMatchObject({ user: null });
    await another.close();
  } finally {
    provider.isDown = false;
  }
  await page.close();
});
