import { describe, expect, it } from '@jest/globals';
import type { Page } from 'puppeteer-core';
import { findAccessibilityFaults } from '../../support/accessibility.js';
import { clickInOneTask } from '../../support/click-in-one-task.js';
import { findLayoutFaults } from '../../support/layout-faults.js';
import { click, fill, waitFor } from '../../support/page-stage.js';
import { REPORTED, WHOLE, WITH_PASSKEYS } from '../../support/portal-devices.js';
import { focusedIn, PASSWORD, PortalPages } from '../../support/portal-pages.js';

const portal = PortalPages.forTests();
const DIALOG = '>>> portal-report-dialog >>> dialog[open]';

async function open(devices: readonly object[]): Promise<Page> {
  const page = await portal.open({ page: 'my-devices', role: 'user', devices });
  await waitFor(page, '>>> article');
  return page;
}

const said = (page: Page, selector: string): Promise<string> =>
  page.$eval(selector, (element) => (element instanceof HTMLElement ? element.innerText : ''));
const changes = (): string[] => portal.calls.filter((call) => call.startsWith('POST'));

describe('a report', () => {
  it('is made by keyboard, after the consequences were read', async () => {
    const page = await open(WITH_PASSKEYS);
    await page.focus('>>> [data-action=report]');
    await page.keyboard.press('Enter');
    await waitFor(page, DIALOG);
    expect(await focusedIn(page)).toBe('cancel');
    expect(await said(page, DIALOG)).toContain('The device is suspended at once');
    expect(await said(page, DIALOG)).toContain('Its passkeys can’t be suspended everywhere');
    expect(await findAccessibilityFaults(page)).toEqual([]);
    expect(await findLayoutFaults(page)).toEqual([]);
    await page.focus(`${DIALOG} input[value=lost]`);
    await page.keyboard.press('Space');
    await page.keyboard.press('Enter');
    await waitFor(page, '>>> #outcome:not(.visually-hidden)');
    expect(await said(page, '>>> #outcome')).toBe('The device is suspended.');
    expect(await focusedIn(page)).toBe('outcome');
    expect(changes()).toEqual(['POST devices/d1/report']);
    expect(portal.bodies).toEqual([{ incident: 'lost' }]);
  });

  it('is not made without an incident, or by Escape', async () => {
    const page = await open(WHOLE);
    await click(page, '>>> [data-action=report]');
    await click(page, `${DIALOG} #confirm`);
    await page.keyboard.press('Escape');
    await page.waitForSelector(DIALOG, { hidden: true });
    expect(changes()).toEqual([]);
    expect(await focusedIn(page)).toBe('Report a problem');
  });
});

describe('the question about a problem', () => {
  it('can be asked again at once, before the browser has told that the dialog closed', async () => {
    const page = await open(WHOLE);
    await click(page, '>>> [data-action=report]');
    await waitFor(page, `${DIALOG} #cancel`);
    await clickInOneTask(page, `${DIALOG} #cancel`, '>>> [data-action=report]');
    await click(page, `${DIALOG} input[value=damaged]`);
    await click(page, `${DIALOG} #confirm`);
    await waitFor(page, '>>> #outcome:not(.visually-hidden)');
    expect(portal.bodies).toEqual([{ incident: 'damaged' }]);
  });
});

describe('what is done about a report', () => {
  it('takes a fresh proof in the same dialog, and no wrong password', async () => {
    const page = await open(REPORTED.slice(0, 1));
    await click(page, '>>> [data-action=takeBack]');
    await waitFor(page, `${DIALOG} #confirm`);
    expect(await findLayoutFaults(page)).toEqual([]);
    await click(page, `${DIALOG} #confirm`);
    await fill(page, `${DIALOG} portal-fresh-proof >>> #password`, 'a guess');
    await page.keyboard.press('Enter');
    await waitFor(page, `${DIALOG} portal-fresh-proof >>> [role=alert]`);
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await fill(page, `${DIALOG} portal-fresh-proof >>> #password`, PASSWORD);
    await page.keyboard.press('Enter');
    await waitFor(page, '>>> #outcome:not(.visually-hidden)');
    expect(await said(page, '>>> #outcome')).toBe('The report is taken back.');
    expect(changes()).toEqual([
      'POST devices/r1/take-back',
      'POST session/proof',
      'POST session/proof',
      'POST devices/r1/take-back',
    ]);
  });

  it('is a replacement, which starts Add Device at once', async () => {
    const page = await open(REPORTED.slice(2));
    await click(page, '>>> [data-action=replace]');
    await waitFor(page, `${DIALOG} #confirm`);
    expect(await findLayoutFaults(page)).toEqual([]);
    await click(page, `${DIALOG} #confirm`);
    await fill(page, `${DIALOG} portal-fresh-proof >>> #password`, PASSWORD);
    await page.keyboard.press('Enter');
    await waitFor(page, '>>> cardwright-add-device >>> cardwright-dialog h2');
    expect(changes().at(-1)).toBe('POST devices/r3/replace');
  });
});
