import { describe, expect, it } from '@jest/globals';
import { until } from '@cardwright/stage';
import type { Page } from 'puppeteer-core';
import { findAccessibilityFaults } from '../../support/accessibility.js';
import { clickInOneTask } from '../../support/click-in-one-task.js';
import { click, fill, waitFor } from '../../support/page-stage.js';
import { device, versionOf, WHOLE } from '../../support/portal-devices.js';
import { focusedIn, PortalPages } from '../../support/portal-pages.js';

const portal = PortalPages.forTests();
const CODED = [device('d1', 'active', { ownerActions: [], canIssueCode: true })];
/** Returns the text of an element of the page. */
const textIn = async (page: Page, selector: string): Promise<string> =>
  (await page.$eval(selector, ({ textContent }) => textContent)).replace(/\s+/g, ' ').trim();
const BUTTON = '>>> [data-action=unlock-code]';

describe('the one-time code on the operator’s page', () => {
  const openDialog = async (): Promise<Page> => {
    const page = await portal.open({ page: 'operator', role: 'operator', devices: CODED });
    await click(page, BUTTON);
    await waitFor(page, '>>> portal-code-dialog >>> dialog[open]');
    return page;
  };

  it('is offered only if the server says so', async () => {
    const page = await portal.open({ page: 'operator', role: 'operator', devices: WHOLE });
    await waitFor(page, '>>> [data-action=suspend]');
    expect(await page.$(BUTTON)).toBeNull();
  });

  it('is issued for the shown device, once the operator has confirmed, and disappears with the dialog', async () => {
    const page = await openDialog();
    expect(portal.bodies).toEqual([]);
    expect(await focusedIn(page)).toBe('confirm');
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await waitFor(page, '>>> #code');
    expect(await textIn(page, '>>> #code')).toBe('4071 8293');
    expect(await focusedIn(page)).toBe('title');
    expect(await findAccessibilityFaults(page)).toEqual([]);
    expect(portal.bodies).toEqual([{ seen: versionOf('d1') }]);
    await click(page, '>>> #done');
    await waitFor(page, '>>> #outcome.muted');
    expect(await textIn(page, '>>> #outcome')).toContain('One-time code issued: YubiKey of Ada Lovelace.');
    expect(await page.$('>>> #code')).toBeNull();
  });

  it('is not issued if the operator closes the dialog', async () => {
    const page = await openDialog();
    await page.keyboard.press('Escape');
    await waitFor(page, '>>> #outcome.visually-hidden');
    expect(portal.bodies).toEqual([]);
  });

  it('is asked for again at once, before the browser has told that the dialog closed', async () => {
    const page = await openDialog();
    await clickInOneTask(page, '>>> portal-code-dialog >>> #cancel', BUTTON);
    await click(page, '>>> portal-code-dialog >>> dialog[open] #confirm');
    await waitFor(page, '>>> #code');
    expect(portal.bodies).toEqual([{ seen: versionOf('d1') }]);
  });

  it('is reported if the operator closes the dialog during the request, but is not shown', async () => {
    const page = await openDialog();
    await page.evaluate(() => {
      const fetch = window.fetch.bind(window);
      window.fetch = async (...request) => {
        const response = await fetch(...request);
        if (response.url.endsWith('/unlock-code'))
          await new Promise((resolve) => window.addEventListener('answer', resolve, { once: true }));
        return response;
      };
    });
    const answered = page.waitForResponse((response) => response.url().endsWith('/unlock-code'));
    await page.keyboard.press('Enter');
    await answered;
    await page.keyboard.press('Escape');
    await page.waitForSelector('>>> portal-code-dialog >>> dialog[open]', { hidden: true });
    await page.evaluate(() => window.dispatchEvent(new Event('answer')));
    await waitFor(page, '>>> #outcome.muted');
    expect(await textIn(page, '>>> #outcome')).toContain('One-time code issued: YubiKey of Ada Lovelace.');
    expect(await page.$('>>> #code')).toBeNull();
  });

  it('is not issued for a device that has changed since, and the page reports that', async () => {
    const page = await openDialog();
    portal.change([{ ...CODED[0], version: versionOf('another') }]);
    await page.keyboard.press('Enter');
    await waitFor(page, '>>> #outcome.refused');
    expect(await textIn(page, '>>> #outcome')).toContain('has changed since you saw it');
    expect(await page.$('>>> portal-code-dialog >>> dialog[open]')).toBeNull();
  });
});

/** Saves the first policy of the page, and returns what was sent. */
async function savePolicy(page: Page): Promise<unknown> {
  const before = portal.bodies.length;
  await click(page, '>>> form[aria-label] button.primary');
  await until(() => portal.bodies.length > before, { what: 'the policy is sent' });
  await waitFor(page, '>>> form [role=status]');
  return portal.bodies.at(-1);
}

it("is required by a model's policy that says so on the page Device policy", async () => {
  const page = await portal.open({ page: 'operator', role: 'operator' });
  await click(page, '>>> #tab-policy');
  await waitFor(page, '>>> [name=unlockNeedsCode]');
  expect(await savePolicy(page)).toMatchObject({ policy: { unlockNeedsCode: false } });
  await click(page, '>>> [name=unlockNeedsCode]');
  expect(await savePolicy(page)).toMatchObject({ policy: { unlockNeedsCode: true } });
});

it('keeps the firmware without a signed serial number on the page Device policy, or takes another entry', async () => {
  const page = await portal.open({ page: 'operator', role: 'operator' });
  await click(page, '>>> #tab-policy');
  await waitFor(page, '>>> [name=withoutSerialBefore]');
  expect(await savePolicy(page)).toMatchObject({ policy: { withoutSerialBefore: '5' } });
  await fill(page, '>>> [name=withoutSerialBefore]', '4.4');
  expect(await savePolicy(page)).toMatchObject({ policy: { withoutSerialBefore: '4.4' } });
  await fill(page, '>>> [name=withoutSerialBefore]', '');
  expect(await savePolicy(page)).toMatchObject({ policy: { withoutSerialBefore: null } });
});

describe('My Devices', () => {
  it.each<[string, string[]]>([
    [
      'en',
      ['Your help desk gave out a one-time code for a new PIN:', 'If you did not ask for one, call your help desk'],
    ],
    ['de', ['Ihr Helpdesk hat einen Einmalcode für eine neue PIN ausgegeben:', 'rufen Sie sofort Ihren Helpdesk an']],
  ])('reports in %s that a code was issued, and whom to call', async (language, expected) => {
    const told = [device('d1', 'active', { ownerActions: [], codeIssuedAt: '2026-11-28T09:00:00.000Z' })];
    const page = await portal.open({ page: 'my-devices', language, role: 'user', devices: told });
    await waitFor(page, '>>> .next.code');
    const words = await textIn(page, '>>> .next.code');
    for (const part of [...expected, 'IT Service Desk', '+49 89 1234-0']) expect(words).toContain(part);
    expect(await findAccessibilityFaults(page)).toEqual([]);
  });
});
