import { expect, it } from '@jest/globals';
import type { OPERATOR_PAGES } from '../../../portal/src/pages/operator/operator-pages.js';
import type { Role } from '../../../portal/src/server/rights.js';
import { click, waitFor } from '../../support/page-stage.js';
import { WHOLE } from '../../support/portal-devices.js';
import { PortalPages, focusedIn } from '../../support/portal-pages.js';

const portal = PortalPages.forTests();

/** The content of each page once it is loaded. A new page has no row here yet: the compiler asks for it. */
const SHOWS: Readonly<Record<(typeof OPERATOR_PAGES)[number]['name'], string>> = {
  devices: '>>> portal-device-table >>> tbody tr',
  policy: '>>> portal-policy-list >>> portal-policy-form',
  differences: '>>> portal-differing-devices >>> p',
  accounts: '>>> portal-account-list >>> tbody tr',
  expiry: '>>> portal-expiry-list >>> tbody tr',
  audit: '>>> portal-audit-log >>> tbody tr',
};

const open = () => portal.open({ page: 'operator', role: 'operator', devices: WHOLE });

it('has a tab for each page of the list, and no other', async () => {
  const page = await open();
  await waitFor(page, '>>> [role=tab]');
  const tabs = await page.$$eval('>>> [role=tab]', (all) => all.map(({ id }) => id));
  expect(tabs).toEqual(Object.keys(SHOWS).map((name) => `tab-${name}`));
});

it('shows behind each tab only its page', async () => {
  const page = await open();
  for (const [name, content] of Object.entries(SHOWS)) {
    await click(page, `>>> #tab-${name}`);
    await waitFor(page, content);
    const selected = await page.$$eval('>>> [role=tab][aria-selected=true]', (all) => all.map(({ id }) => id));
    const shown = await page.$$eval('>>> #panel > *', (all) => all.length);
    expect({ selected, shown }).toEqual({ selected: [`tab-${name}`], shown: 1 });
  }
});

it('moves from tab to tab by the arrow keys, around the end too', async () => {
  const page = await open();
  await waitFor(page, '>>> #tab-devices');
  await page.focus('>>> #tab-devices');
  const seen: (string | undefined)[] = [];
  for (const key of ['ArrowLeft', 'ArrowRight', 'ArrowRight'] as const) {
    await page.keyboard.press(key);
    await page.waitForFunction(() => document.activeElement?.shadowRoot?.activeElement?.ariaSelected === 'true');
    seen.push(await focusedIn(page));
  }
  const names = Object.keys(SHOWS);
  expect(seen).toEqual([names.at(-1), names[0], names[1]].map((name) => `tab-${name}`));
});

it('brings the chosen tab into view where the row of tabs is wider than the page', async () => {
  const page = await portal.open({ page: 'operator', role: 'operator', devices: WHOLE }, { width: 360 });
  await waitFor(page, '>>> #tab-audit');
  // A finger on the visible part of a tab scrolls nothing, and neither does this.
  await page.$eval('>>> #tab-audit', (tab) => (tab as HTMLElement).click());
  await waitFor(page, SHOWS.audit);
  const { left, right } = await page.$eval('>>> #tab-audit', (tab) => tab.getBoundingClientRect().toJSON() as DOMRect);
  expect(left).toBeGreaterThanOrEqual(0);
  expect(right).toBeLessThanOrEqual(360);
});

const TABS: readonly (readonly [Role, readonly (keyof typeof SHOWS)[]])[] = [
  ['help-desk', ['devices', 'differences']],
  ['operator', ['devices', 'differences', 'expiry', 'audit']],
  ['administrator', ['policy', 'accounts', 'expiry', 'audit']],
  ['auditor', ['devices', 'policy', 'differences', 'accounts', 'expiry', 'audit']],
];

it.each(TABS)('shows the %s only the tabs of what the role permits, and opens the first', async (role, names) => {
  const page = await portal.open({ page: 'operator', role: [role], devices: WHOLE });
  const [first = 'devices'] = names;
  await waitFor(page, SHOWS[first]);
  const tabs = await page.$$eval('>>> [role=tab]', (all) => all.map(({ id }) => id));
  expect(tabs).toEqual(names.map((name) => `tab-${name}`));
});

it('shows the auditor a policy without anything that changes it', async () => {
  const page = await portal.open({ page: 'operator', role: ['auditor'], devices: WHOLE });
  await waitFor(page, '>>> #tab-policy');
  await click(page, '>>> #tab-policy');
  await waitFor(page, SHOWS.policy);
  await waitFor(page, '>>> portal-policy-form >>> select');
  expect(await page.$$eval('>>> portal-policy-form >>> select:not(:disabled)', (all) => all.length)).toBe(0);
  expect(await page.$$eval('>>> portal-policy-form >>> [type=submit]', (all) => all.length)).toBe(0);
  expect(await page.$$eval('>>> portal-vendor-import-form', (all) => all.length)).toBe(0);
});
