import { describe, expect, it } from '@jest/globals';
import type { Page } from 'puppeteer-core';
import { findAccessibilityFaults } from '../../support/accessibility.js';
import { click, fill, waitFor } from '../../support/page-stage.js';
import { ASKED, DIFFERING, versionOf } from '../../support/portal-devices.js';
import { focusedIn, PortalPages } from '../../support/portal-pages.js';
import { WORK_PAGE } from '../../support/portal-timeline.js';

const portal = PortalPages.forTests();
const DIALOG = '>>> portal-reason-dialog >>> dialog[open]';

const said = (page: Page, selector: string): Promise<string> =>
  page.$eval(selector, (element) => (element instanceof HTMLElement ? element.innerText : ''));
const changes = (): string[] => portal.calls.filter((call) => call.startsWith('POST'));

describe('My Devices', () => {
  it('shows first what an operator asks for, and starts it by keyboard', async () => {
    const page = await portal.open({ page: 'my-devices', role: 'user', devices: ASKED });
    await waitFor(page, '>>> .work');
    const boxes = await page.$$eval('>>> .next', (all) => all.map((box) => box.textContent.replace(/\s+/g, ' ')));
    expect(boxes[0]).toContain('asks you to renew the certificates of this device: “The certificates are for 90 days');
    expect(boxes[0]).toContain('Asked by olga on Nov 25, 2026, until Dec 25, 2026.');
    expect(boxes[1]).toContain('asks you to give this device back.');
    const order = await page.$$eval('>>> .work, >>> .good-until', (all) => all.map(({ className }) => className));
    expect(order).toEqual(['next work', 'next work', 'good-until']);
    const offered = await page.$$eval('>>> footer [data-operation]', (all) => all.map((one) => one.textContent.trim()));
    expect(offered).toEqual(['Change PIN', 'Forgot PIN?']);
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await page.focus('>>> .work [data-operation=renew]');
    await page.keyboard.press('Enter');
    await waitFor(page, '>>> cardwright-operation[kind=renew] >>> cardwright-dialog h2');
  });
});

describe('the operator’s page of a device', () => {
  const open = async (): Promise<Page> => {
    const page = await portal.open({
      page: 'operator-device',
      address: '/operator/devices/w',
      role: 'operator',
      devices: ASKED,
      devicePage: WORK_PAGE,
    });
    await waitFor(page, '>>> .work li');
    return page;
  };

  it('asks by keyboard, with a reason and for so many days', async () => {
    const page = await open();
    await page.focus('>>> [data-action=ask-change-pin]');
    await page.keyboard.press('Enter');
    await waitFor(page, `${DIALOG} #days`);
    expect(await focusedIn(page)).toBe('reason');
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await page.keyboard.type('Longer PINs');
    await fill(page, `${DIALOG} #days`, '400');
    await page.keyboard.press('Enter');
    await waitFor(page, `${DIALOG} #days-wrong`);
    expect(changes()).toEqual([]);
    await fill(page, `${DIALOG} #days`, '14');
    await page.keyboard.press('Enter');
    await waitFor(page, '>>> #outcome.muted');
    expect(changes()).toEqual(['POST operator/devices/w/ask-change-pin']);
    expect(portal.bodies).toEqual([{ seen: versionOf('w'), reason: 'Longer PINs', days: 14 }]);
  });

  it('takes back what this operator asked for, and nothing else', async () => {
    const page = await open();
    const buttons = await page.$$('>>> [data-action=take-back]');
    expect(buttons).toHaveLength(1);
    await page.focus('>>> [data-action=take-back]');
    await page.keyboard.press('Enter');
    await waitFor(page, '>>> #outcome.muted');
    expect(await said(page, '>>> #outcome')).toBe('Taken back: YubiKey of Ada Lovelace.');
    expect(changes()).toEqual(['POST operator/devices/w/work/w1/take-back']);
    expect(await focusedIn(page)).toBe('outcome');
  });
});

describe('the page of devices that differ', () => {
  it('says what differs, and asks the owners of all that an operation helps', async () => {
    const page = await portal.open({
      page: 'operator',
      role: 'operator',
      devices: DIFFERING.map((one) => ('device' in one && typeof one.device === 'object' ? (one.device ?? {}) : {})),
      differing: DIFFERING,
    });
    await click(page, '>>> #tab-differences');
    await waitFor(page, '>>> portal-differing-devices >>> .devices');
    const items = await page.$$eval('>>> .devices > li', (all) => all.map((li) => li.textContent.replace(/\s+/g, ' ')));
    expect(items[0]).toContain('Certificates for 1095 days. The policy issues them for 365.');
    expect(items[1]).toContain('The PIN was set by rules that were less strict.');
    expect(items[2]).toContain('Sign-in (9A): the key is P-256. The policy wants P-384.');
    expect(items[2]).toContain('An update can’t change this, because the device can’t prove a new key.');
    expect(items[2]).toContain('its owner must give the device back, and issue it again');
    expect(items[3]).toContain('Its owner adds and removes passkeys on My Devices.');
    expect(await page.$$('>>> .devices input[type=checkbox]')).toHaveLength(2);
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await fill(page, '>>> portal-differing-devices >>> #reason', 'New rules');
    await page.focus('>>> portal-differing-devices >>> #all');
    await page.keyboard.press('Enter');
    portal.differ(DIFFERING.slice(2));
    await page.focus('>>> portal-differing-devices >>> #ask');
    await page.keyboard.press('Enter');
    await waitFor(page, '>>> portal-differing-devices >>> #outcome.muted');
    expect(await said(page, '>>> portal-differing-devices >>> #outcome')).toBe('Asked for 2 devices.');
    expect(changes()).toEqual(['POST operator/devices/v1/ask-renew', 'POST operator/devices/v2/ask-change-pin']);
    expect(portal.bodies[0]).toEqual({ seen: versionOf('v1'), reason: 'New rules', days: 30 });
  });
});
