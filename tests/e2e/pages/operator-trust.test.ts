import { describe, expect, it } from '@jest/globals';
import type { Page } from 'puppeteer-core';
import { findAccessibilityFaults } from '../../support/accessibility.js';
import { waitFor } from '../../support/page-stage.js';
import {
  focusedIn,
  OPERATORS_PASSWORD,
  PortalPages,
  PROPOSAL,
  WIDENING,
  type PortalScene,
} from '../../support/portal-pages.js';
import { thoroughIt } from '../../support/thorough.js';

const portal = PortalPages.forTests();

/** Opens the policies, and waits for an element with this selector. */
async function open(scene: Partial<PortalScene>, shown: string): Promise<Page> {
  const page = await portal.open({ page: 'operator', role: 'operator', ...scene });
  await waitFor(page, '>>> #tab-policy');
  await page.locator('>>> #tab-policy').click();
  await waitFor(page, shown);
  return page;
}

/** Saves the first policy by keyboard, until the dialog asks. */
async function save(page: Page): Promise<void> {
  await page.focus(SAVE);
  await page.keyboard.press('Enter');
  await waitFor(page, '>>> dialog[open] #password');
}

async function enter(page: Page, password: string): Promise<void> {
  await page.keyboard.type(password);
  await page.keyboard.press('Enter');
}

const escaped = (text: string): string => text.replace(/[()]/g, '\\$&');
/** The first policy's button; the dialogs have their own buttons. */
const SAVE = '>>> form[aria-label] button.primary';

const said = (page: Page, selector: string): Promise<string> =>
  page.$eval(selector, (element) => element.textContent.trim());
const sent = (): unknown => portal.bodies.at(-1);

describe('a change of trust', () => {
  it('is shown with before and after, takes the password, and waits for another operator', async () => {
    const page = await open({ changes: WIDENING }, SAVE);
    await save(page);
    expect(await focusedIn(page)).toBe('password');
    const question = await said(page, '>>> dialog[open]');
    for (const { before, after } of WIDENING) expect(question).toMatch(new RegExp(`${before}[^]*${escaped(after)}`));
    expect(question).toContain('It counts once another operator has confirmed it.');
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await enter(page, OPERATORS_PASSWORD);
    await waitFor(page, '>>> [data-action=withdraw]');
    expect(sent()).toMatchObject({ password: OPERATORS_PASSWORD });
    expect(await said(page, '>>> form [role=status]')).toBe(
      'Proposed. It counts once another operator has confirmed it.',
    );
    expect(await page.$('>>> [data-action=confirm]')).toBeNull();
    await page.close();
  });

  thoroughIt('is announced to take effect at once if there is no other operator', async () => {
    const page = await open({ changes: WIDENING, isAlone: true }, SAVE);
    await save(page);
    expect(await said(page, '>>> dialog[open]')).toContain('You are the only operator');
    await enter(page, OPERATORS_PASSWORD);
    await waitFor(page, '>>> form [role=status]');
    expect(await said(page, '>>> form [role=status]')).toBe('Saved.');
    await page.close();
  });

  thoroughIt('sends no password if the operator cancels, and asks for none if it widens nothing', async () => {
    const page = await open({ changes: WIDENING }, SAVE);
    await save(page);
    await page.keyboard.press('Escape');
    await page.waitForSelector('>>> dialog[open]', { hidden: true });
    expect(sent()).not.toHaveProperty('password');
    const harmless = await open({}, SAVE);
    await harmless.focus(SAVE);
    await harmless.keyboard.press('Enter');
    await waitFor(harmless, '>>> form [role=status]');
    expect(await harmless.$('>>> dialog[open]')).toBeNull();
    await harmless.close();
    await page.close();
  });
});

describe('a proposal of another operator', () => {
  it('is confirmed with the password, by keyboard', async () => {
    const page = await open({ proposals: [PROPOSAL] }, '>>> [data-action=confirm]');
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await page.focus('>>> [data-action=confirm]');
    await page.keyboard.press('Enter');
    await waitFor(page, '>>> dialog[open] #password');
    await enter(page, 'a guess');
    await waitFor(page, '>>> #problem');
    await enter(page, OPERATORS_PASSWORD);
    await page.waitForSelector('>>> [data-action=confirm]', { hidden: true });
    expect(portal.calls.at(-1)).toBe(`POST operator/policy/proposals/${PROPOSAL.id}/confirm`);
    await page.close();
  });
});
