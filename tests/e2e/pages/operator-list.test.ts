import { describe, expect, it } from '@jest/globals';
import type { Page } from 'puppeteer-core';
import { findLayoutFaults } from '../../support/layout-faults.js';
import { click, fill, waitFor } from '../../support/page-stage.js';
import { BROKEN, UNAPPROVED, WHOLE, manyDevices } from '../../support/portal-devices.js';
import { PortalPages, focusedIn } from '../../support/portal-pages.js';
import { thoroughIt } from '../../support/thorough.js';

const portal = PortalPages.forTests();

describe('the operator’s list of devices', () => {
  const open = async (devices: readonly object[]): Promise<Page> => {
    const page = await portal.open({ page: 'operator', role: 'operator', devices });
    await waitFor(page, '>>> tbody tr');
    return page;
  };
  const rows = (page: Page): Promise<number> => page.$$eval('>>> tbody tr', (all) => all.length);
  const shown = (page: Page): Promise<string> =>
    page.$eval('>>> portal-list-end >>> [role=status]', (line) => line.textContent.trim());
  /** Waits until the list has as many rows. */
  const untilRows = (page: Page, count: number): Promise<unknown> =>
    page.waitForFunction(
      (wanted) => {
        const operator = document.querySelector('portal-operator');
        const table = operator?.shadowRoot?.querySelector('portal-device-table');
        return table?.shadowRoot?.querySelectorAll('tbody tr').length === wanted;
      },
      { polling: 'raf' },
      count,
    );

  it.each([
    ['everybody', 'Nobody has a device yet.'],
    ['groups', 'Nobody in the groups of your role has a device yet.'],
    ['nobody', /^Nobody is in the groups of your role now\. Ask an administrator/],
  ] as const)('says why it is empty to an operator who sees the devices of %s', async (reach, words) => {
    const page = await portal.open({ page: 'operator', role: 'operator', reach });
    await waitFor(page, '>>> portal-device-table >>> p.muted');
    const said = await page.$eval('>>> portal-device-table >>> p.muted', ({ textContent }) => textContent);
    expect(said).toEqual(words instanceof RegExp ? expect.stringMatching(words) : words);
  });

  it('shows links in its own colour, and fields with room for their words', async () => {
    const page = await open(WHOLE);
    expect(await findLayoutFaults(page)).toEqual([]);
  });

  it('shows a page, and the next ones below it by keyboard; the focus stays, and is not lost after the last', async () => {
    const page = await open(manyDevices(120));
    expect(await rows(page)).toBe(50);
    expect(await shown(page)).toBe('The first 50 devices.');
    await page.focus('>>> [data-action=more]');
    const top = () => page.$eval('>>> tbody tr:nth-child(50)', (row) => row.getBoundingClientRect().top + scrollY);
    const before = await top();
    await page.keyboard.press('Enter');
    await untilRows(page, 100);
    expect(await top()).toBe(before);
    expect(await focusedIn(page)).toBe('Show more');
    await page.keyboard.press('Enter');
    await untilRows(page, 120);
    await page.waitForFunction(() => {
      let element = document.activeElement;
      while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
      return element?.textContent === '120 devices.';
    });
    expect(await page.$('>>> [data-action=more]')).toBeNull();
  });

  thoroughIt('shows as many devices as before after an action', async () => {
    const page = await open(manyDevices(120));
    await click(page, '>>> [data-action=more]');
    await untilRows(page, 100);
    await click(page, '>>> tbody tr:nth-child(70) [data-action=suspend]');
    await click(page, '>>> dialog[open] #confirm');
    await waitFor(page, '>>> #outcome:not(.visually-hidden)');
    expect(await rows(page)).toBe(100);
  });

  it('finds devices by owner, serial number, state, model and expiry, among those that wait too', async () => {
    const page = await open([...WHOLE, ...BROKEN, ...UNAPPROVED]);
    await page.focus('>>> [name=owner]');
    await page.keyboard.type(' ada ');
    await page.keyboard.press('Tab');
    expect(await focusedIn(page)).toBe('');
    await page.keyboard.type('10047');
    await page.keyboard.press('Enter');
    await untilRows(page, 1);
    expect(portal.queries.slice(-2)).toEqual([
      'owner=ada&serial=10047&waiting=yes',
      'owner=ada&serial=10047&waiting=no',
    ]);
    await click(page, '>>> #show-all');
    await untilRows(page, WHOLE.length + BROKEN.length + UNAPPROVED.length);
    await page.select('>>> [name=state]', 'failed');
    await page.select('>>> [name=model]', 'piv');
    await page.select('>>> [name=expiry]', 'four-weeks');
    await click(page, '>>> #search');
    await untilRows(page, 3);
    expect(portal.queries.at(-1)).toBe('state=failed&expiry=four-weeks&model=piv&waiting=no');
  });

  it('has no section of other devices without one, unless the operator searches', async () => {
    const page = await open(UNAPPROVED.slice(0, 1));
    expect(await page.$('>>> #others')).toBeNull();
    expect(await page.$('>>> portal-list-end')).toBeNull();
    await fill(page, '>>> [name=serial]', '1004');
    await click(page, '>>> #search');
    await waitFor(page, '>>> #others');
    expect(await shown(page)).toBe('No device matches.');
  });

  thoroughIt('reports that nothing was found, and keeps what was typed', async () => {
    const page = await open(WHOLE);
    await fill(page, '>>> [name=serial]', '999');
    await click(page, '>>> #search');
    await untilRows(page, 0);
    expect(await shown(page)).toBe('No device matches.');
    expect(await page.$eval('>>> [name=serial]', (field) => (field as HTMLInputElement).value)).toBe('999');
  });
});
