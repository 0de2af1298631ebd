import { describe, expect, it } from '@jest/globals';
import { until } from '@cardwright/stage';
import type { Page } from 'puppeteer-core';
import { findAccessibilityFaults } from '../../support/accessibility.js';
import { clickInOneTask } from '../../support/click-in-one-task.js';
import { click, fill, waitFor } from '../../support/page-stage.js';
import { focusedIn, PASSWORD, PortalPages, PROPOSAL, WIDENING, type PortalScene } from '../../support/portal-pages.js';
import { everyOrSome, thoroughIt } from '../../support/thorough.js';

const portal = PortalPages.forTests();

/** Opens the policies, and waits for an element with this selector. */
async function open(scene: Partial<PortalScene>, shown: string): Promise<Page> {
  const page = await portal.open({ page: 'operator', role: 'operator', ...scene });
  await waitFor(page, '>>> #tab-policy');
  await click(page, '>>> #tab-policy');
  await waitFor(page, shown);
  return page;
}

/** Saves the first policy by keyboard, until the dialog asks. */
async function save(page: Page): Promise<void> {
  await page.focus(SAVE);
  await page.keyboard.press('Enter');
  await waitFor(page, '>>> dialog[open] #agree');
}

/** Agrees by keyboard, and waits until the dialog asks for a proof of identity. */
async function agree(page: Page): Promise<void> {
  await page.keyboard.press('Enter');
  await waitFor(page, '>>> dialog[open] portal-fresh-proof >>> #password');
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
  it('is shown with before and after, takes a fresh proof, and waits for another operator', async () => {
    const page = await open({ changes: WIDENING }, SAVE);
    await save(page);
    expect(await focusedIn(page)).toBe('agree');
    const question = await said(page, '>>> dialog[open]');
    for (const { before, after } of WIDENING) expect(question).toMatch(new RegExp(`${before}[^]*${escaped(after)}`));
    expect(question).toContain('It counts once an administrator who is independent of you has confirmed it.');
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await agree(page);
    expect(await focusedIn(page)).toBe('password');
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await enter(page, PASSWORD);
    await waitFor(page, '>>> [data-action=withdraw]');
    expect(sent()).toMatchObject({ consent: true });
    expect(sent()).not.toHaveProperty('password');
    expect(await said(page, '>>> form [role=status]')).toBe(
      'Proposed. It counts once an administrator who is independent of you has confirmed it.',
    );
    expect(await page.$('>>> [data-action=confirm]')).toBeNull();
  });

  thoroughIt('is announced to take effect at once if there is no other operator', async () => {
    const page = await open({ changes: WIDENING, isAlone: true }, SAVE);
    await save(page);
    expect(await said(page, '>>> dialog[open]')).toContain('let one administrator act alone');
    await agree(page);
    await enter(page, PASSWORD);
    await until(async () => (await said(page, '>>> form [role=status]')) === 'Saved.', { what: 'it is saved' });
  });

  thoroughIt('is not agreed to if the operator cancels, and nothing is asked if it widens nothing', async () => {
    const page = await open({ changes: WIDENING }, SAVE);
    await save(page);
    await page.keyboard.press('Escape');
    await page.waitForSelector('>>> dialog[open]', { hidden: true });
    expect(sent()).not.toHaveProperty('consent');
    const harmless = await open({}, SAVE);
    await harmless.focus(SAVE);
    await harmless.keyboard.press('Enter');
    await waitFor(harmless, '>>> form [role=status]');
    expect(await harmless.$('>>> dialog[open]')).toBeNull();
    await harmless.close();
  });
});

describe('a proposal of another operator', () => {
  it('is confirmed after a fresh proof, by keyboard', async () => {
    const page = await open({ proposals: [PROPOSAL] }, '>>> [data-action=confirm]');
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await page.focus('>>> [data-action=confirm]');
    await page.keyboard.press('Enter');
    await waitFor(page, '>>> dialog[open] #agree');
    await agree(page);
    await enter(page, 'a guess');
    await waitFor(page, '>>> dialog[open] portal-fresh-proof >>> #problem');
    await enter(page, PASSWORD);
    await page.waitForSelector('>>> [data-action=confirm]', { hidden: true });
    expect(portal.calls.at(-1)).toBe(`POST operator/policy/proposals/${PROPOSAL.id}/confirm`);
  });
});

describe('a certificate that a policy trusts', () => {
  const REMOVE = '>>> [data-action=remove]';

  it('is removed only once the operator has read how many devices rely on it', async () => {
    const page = await open({}, REMOVE);
    const certificates = (await page.$$(REMOVE)).length;
    await click(page, REMOVE);
    await waitFor(page, '>>> dialog[open] #text');
    expect(await said(page, '>>> dialog[open] #title')).toBe('Remove Yubico Attestation Root 1?');
    expect(await said(page, '>>> dialog[open] #text')).toContain('412 devices in use rely on it');
    expect(await focusedIn(page)).toBe('refuse');
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await page.waitForSelector('>>> dialog[open]', { hidden: true });
    expect(portal.calls.filter((call) => call.startsWith('DELETE'))).toEqual([]);
    await click(page, REMOVE);
    await click(page, '>>> dialog[open] #confirm');
    await until(async () => (await page.$$(REMOVE)).length === certificates - 1, { what: 'a removed certificate' });
    expect(portal.calls.filter((call) => call.startsWith('DELETE'))).toEqual(['DELETE operator/vendor-certificates']);
  });
});

describe('a policy that was changed and not saved', () => {
  const DAYS = '>>> [name=certificateDays]';
  const isPolicyShown = async (page: Page): Promise<boolean> => (await page.$(DAYS)) !== null;

  it('is kept where the operator does not want to discard it', async () => {
    const page = await open({}, DAYS);
    await fill(page, DAYS, '30');
    await click(page, '>>> #tab-audit');
    await waitFor(page, '>>> dialog[open] #refuse');
    expect(await said(page, '>>> dialog[open] #title')).toBe('Discard your changes?');
    await page.keyboard.press('Escape');
    expect(await page.$eval(DAYS, (field) => (field instanceof HTMLInputElement ? field.value : null))).toBe('30');
    await click(page, '>>> #tab-audit');
    await click(page, '>>> dialog[open] #confirm');
    await waitFor(page, '>>> portal-audit-log');
    expect(await isPolicyShown(page)).toBe(false);
  });

  it('is asked about again at once, before the browser has told that the dialog closed', async () => {
    const page = await open({}, DAYS);
    await fill(page, DAYS, '30');
    await click(page, '>>> #tab-audit');
    await waitFor(page, '>>> dialog[open] #refuse');
    await clickInOneTask(page, '>>> dialog[open] #refuse', '>>> #tab-audit');
    await click(page, '>>> dialog[open] #confirm');
    await waitFor(page, '>>> portal-audit-log');
  });

  it('has the browser ask before the page is left', async () => {
    const page = await open({}, DAYS);
    const asked: string[] = [];
    page.on('dialog', (dialog) => {
      asked.push(dialog.type());
      void dialog.accept();
    });
    await fill(page, DAYS, '30');
    await page.reload();
    expect(asked).toEqual(['beforeunload']);
  });

  const NOT_CHANGED = [
    ['nothing was changed', []],
    ['the change was taken back', ['30', '1095']],
  ] as const;

  it.each(everyOrSome(NOT_CHANGED, ([, entries]) => entries.length > 0))('is none where %s', async (_what, entries) => {
    const page = await open({}, DAYS);
    for (const entry of entries) await fill(page, DAYS, entry);
    await click(page, '>>> #tab-audit');
    await waitFor(page, '>>> portal-audit-log');
  });

  it('is none once it was saved', async () => {
    const page = await open({}, DAYS);
    await fill(page, DAYS, '30');
    await click(page, SAVE);
    await waitFor(page, '>>> form [role=status]');
    await click(page, '>>> #tab-audit');
    await waitFor(page, '>>> portal-audit-log');
  });
});
