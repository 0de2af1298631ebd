import { expect, it } from '@jest/globals';
import type { Page } from 'puppeteer-core';
import { findAccessibilityFaults } from '../../support/accessibility.js';
import { findLayoutFaults } from '../../support/layout-faults.js';
import { arrival, click, fill, waitFor } from '../../support/page-stage.js';
import { SESSIONS } from '../../support/portal-account.js';
import { focusedIn, PortalPages } from '../../support/portal-pages.js';

/** The lists of sessions, of the own access and of everybody's. */

const portal = PortalPages.forTests();

async function open(): Promise<Page> {
  const page = await portal.open({ page: 'account', role: 'user' });
  await waitFor(page, '>>> portal-session-list >>> tbody tr');
  await waitFor(page, '>>> portal-own-access >>> tbody tr');
  return page;
}

const rowsIn = (page: Page, list: string): Promise<string[]> =>
  page.$$eval(`>>> ${list} >>> tbody tr`, (all) =>
    all.map((row) => (row instanceof HTMLElement ? row.innerText.replace(/\s+/g, ' ').trim() : '')),
  );

/** Presses Tab until an element is focused. */
async function tabTo(page: Page, wanted: string): Promise<void> {
  for (let presses = 0; presses < 40 && (await focusedIn(page)) !== wanted; presses += 1)
    await page.keyboard.press('Tab');
  expect(await focusedIn(page)).toBe(wanted);
}

it('shows where a person is signed in and what happened to the account, without a finding of axe or of the layout', async () => {
  const page = await open();
  const [own, phone, unknown] = await rowsIn(page, 'portal-session-list');
  expect(own).toMatch(/^Firefox on Windows This one 192\.0\.2\.7 Passkey Nov 25, 2026.* End$/);
  expect(phone).toMatch(/^Safari on iPhone 2001:db8:[\da-f:]+ Password /);
  expect(unknown).toMatch(/^Unknown browser – Password /);
  const [signedIn, idle, byOther, failed] = await rowsIn(page, 'portal-own-access');
  expect(signedIn).toMatch(/^Signed in In this session\. Nov 25, 2026.* 192\.0\.2\.7 Passkey$/);
  expect(idle).toMatch(/^Session ended It was not used\. /);
  expect(byOther).toMatch(/^Session ended By someone of your organization\. /);
  expect(failed).toMatch(/^Signed in \(failed\) /);
  const names = await page.$$eval('>>> [data-action=end]', (all) => all.map((one) => one.getAttribute('aria-label')));
  expect(names).toEqual(['End Firefox on Windows', 'End Safari on iPhone', 'End Unknown browser']);
  expect(await findAccessibilityFaults(page)).toEqual([]);
  expect(await findLayoutFaults(page)).toEqual([]);
});

it('ends a session by the keyboard, and the others, and says so where the focus is', async () => {
  const page = await open();
  await tabTo(page, 'End');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.waitForFunction(
    () => document.querySelector('portal-account')?.shadowRoot?.activeElement?.localName === 'portal-session-list',
  );
  await waitFor(page, '>>> portal-session-list >>> tbody tr:nth-child(2):last-child');
  expect(await focusedIn(page)).toBe('ended');
  expect(await page.$eval('>>> #ended', ({ textContent }) => textContent)).toBe('Ended.');
  expect(portal.calls).toContain(`POST account/sessions/${SESSIONS[1]?.id ?? ''}/end`);
  await tabTo(page, 'end-others');
  await page.keyboard.press('Enter');
  await waitFor(page, '>>> portal-session-list >>> tbody tr:only-child');
  expect(portal.bodies.at(-1)).toEqual({ which: 'others' });
  expect(await page.$('>>> #end-others')).toBeNull();
  expect(await findAccessibilityFaults(page)).toEqual([]);
});

it('signs out everywhere, and leads to the page on which people sign in', async () => {
  const page = await open();
  await tabTo(page, 'end-all');
  const [there] = await Promise.all([arrival(page), page.keyboard.press('Enter')]);
  expect(there).toBe('/login');
  expect(portal.bodies.at(-1)).toEqual({ which: 'all' });
});

it('shows an operator the sessions of a person, and ends them all', async () => {
  const page = await portal.open({ page: 'operator-person', address: '/operator/people/p1', role: 'operator' });
  await waitFor(page, '>>> portal-session-list >>> tbody tr');
  expect(await page.$('>>> #end-others')).toBeNull();
  await click(page, '>>> #end-all');
  await waitFor(page, '>>> #ended:focus');
  expect(await page.$eval('>>> #ended', ({ textContent }) => textContent)).toBe('3 ended.');
  expect(portal.calls).toContain('POST operator/people/p1/sessions/end');
});

it('filters the audit log, and exports what the filter finds', async () => {
  const page = await portal.open({ page: 'operator', role: 'operator' });
  await click(page, '>>> #tab-audit');
  await waitFor(page, '>>> portal-audit-log >>> tbody tr');
  await fill(page, '>>> [name=person]', 'ada');
  await fill(page, '>>> [name=event]', 'login');
  await fill(page, '>>> [name=address]', '192.0.2.0/24');
  const asked = page.waitForResponse((response) => response.url().includes('person=ada'));
  await click(page, '>>> portal-audit-search >>> #search');
  const query = new URL((await asked).url()).searchParams;
  expect(Object.fromEntries(query)).toEqual({ person: 'ada', event: 'login', address: '192.0.2.0/24' });
  const links = await page.$$eval('>>> .export a', (all) => all.map((one) => one.getAttribute('href') ?? ''));
  expect(links.map((href) => Object.fromEntries(new URL(href, page.url()).searchParams))).toEqual([
    { person: 'ada', event: 'login', address: '192.0.2.0/24', format: 'csv' },
    { person: 'ada', event: 'login', address: '192.0.2.0/24', format: 'jsonl' },
  ]);
  expect(await findAccessibilityFaults(page)).toEqual([]);
});
