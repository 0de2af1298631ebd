import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { openPortalDatabase } from '../../../portal/src/server/store/database.js';
import { sessions } from '../../../portal/src/server/store/schema.js';
import { startDirectoryPortal } from '../../integration/portal/ldap/directory-portal.js';
import type { TestPortal } from '../../integration/portal/support/test-portal.js';
import { BASE, Slapd } from '../../support/ldap/slapd.js';
import { click, fill, openPage, openPageBrowser, waitFor, type PageBrowser } from '../../support/page-stage.js';

/** An administrator of a directory, in a browser: the directory's password is the fresh proof, in the dialog of what was under way. */

const PASSWORD = 'an engine weaves algebra';
const HOUR = 60 * 60 * 1000;

let slapd: Slapd;
let portal: TestPortal;
let browser: PageBrowser;

beforeAll(async () => {
  slapd = await Slapd.start();
  portal = await startDirectoryPortal(slapd, {
    roles: [{ group: `cn=operators,ou=groups,${BASE}`, role: 'administrator' }],
  });
  browser = await openPageBrowser();
});
afterAll(async () => {
  await browser.close();
  await portal.remove();
  await slapd.stop();
});

async function ageProofs(): Promise<void> {
  const store = await openPortalDatabase(portal.configuration.database);
  await store.db.update(sessions).set({ provedAt: new Date(Date.now() - HOUR) });
  await store.close();
}

it('asks nothing just after the sign-in, and for the password once the proof is old; then it continues', async () => {
  const page = await openPage(browser, `${portal.origin}/login`);
  await waitFor(page, '>>> #username');
  await fill(page, '>>> #username', 'ada');
  await fill(page, '>>> #password', PASSWORD);
  await click(page, '>>> #login');
  await click(page, '>>> #tab-accounts');
  const LIST = '>>> portal-account-list >>>';
  const outcome = async (): Promise<string> => {
    await waitFor(page, `${LIST} #outcome p`);
    return page.$eval(`${LIST} #outcome`, ({ textContent }) => textContent.trim());
  };
  await click(page, `${LIST} [aria-label="Disable: bob"]`);
  await click(page, `${LIST} dialog[open] #agree`);
  expect(await outcome()).toContain('bob is disabled.');
  expect(await page.$(`${LIST} dialog[open]`)).toBeNull();

  await ageProofs();
  await click(page, `${LIST} [aria-label="Enable: bob"]`);
  await click(page, `${LIST} dialog[open] #agree`);
  const form = `${LIST} portal-fresh-proof >>>`;
  await fill(page, `${form} #password`, 'a guess');
  await click(page, `${form} #prove`);
  await waitFor(page, `${form} #problem`);
  await fill(page, `${form} #password`, PASSWORD);
  await click(page, `${form} #prove`);
  await page.waitForSelector(`${LIST} dialog[open]`, { hidden: true });
  await waitFor(page, `${LIST} [aria-label="Disable: bob"]`);
  expect(await outcome()).toContain('bob');
  await page.close();
});
