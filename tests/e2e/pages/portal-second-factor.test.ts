// Alone proves: the page takes a second factor as a person gives it.
import { describe, expect, it } from '@jest/globals';
import type { Page } from 'puppeteer-core';
import { findAccessibilityFaults } from '../../support/accessibility.js';
import { arrival, click, fill, waitFor } from '../../support/page-stage.js';
import { addAuthenticator, addPasskey } from '../../support/passkeys.js';
import { focusedIn, PASSWORD, PortalPages, type PortalScene } from '../../support/portal-pages.js';
import { browserWithWindows } from '../../support/workplace/shared-computer.js';

/** The second step of a sign-in, and the own passkeys, with a scripted server and Chromium's virtual authenticator. */

const portal = PortalPages.forTests(browserWithWindows);

/** Opens a page for a person who has done the first step alone. The server has the sign-in page too, because it was opened before. */
async function openHalf(scene: PortalScene): Promise<Page> {
  const before = await portal.open({ page: 'login' });
  await before.close();
  return portal.open({ ...scene, secondFactor: 'needed' });
}

async function signIn(page: Page): Promise<void> {
  await fill(page, '>>> #username', 'ada');
  await fill(page, '>>> #password', PASSWORD);
  await click(page, '>>> #login');
  await waitFor(page, '>>> #second-step');
}

const wordsOf = (page: Page, selector: string) =>
  page.$eval(`>>> ${selector}`, ({ textContent }) => textContent.replace(/\s+/g, ' ').trim());

describe('the sign-in page', () => {
  it('asks for the passkey after the password, and opens the page that was wanted', async () => {
    const page = await portal.open({ page: 'login', address: '/login?to=%2Foperator', secondFactor: 'needed' });
    const { id } = await addPasskey(page);
    portal.allow(id);
    await signIn(page);
    expect(await focusedIn(page)).toBe('second-step');
    expect(await findAccessibilityFaults(page)).toEqual([]);
    const [there] = await Promise.all([arrival(page), page.keyboard.press('Enter')]);
    expect(there).toBe('/operator');
    expect(portal.bodies.at(-1)).toMatchObject({ credential: { id } });
    await page.close();
  });

  it('has a person without a passkey register one', async () => {
    const page = await portal.open({ page: 'login', secondFactor: 'to-register' });
    await addAuthenticator(page);
    await signIn(page);
    const [there] = await Promise.all([arrival(page), click(page, '>>> #second-step')]);
    expect(there).toBe('/my-devices');
    expect(portal.bodies.at(-1)).toMatchObject({
      name: expect.stringMatching(/ on Linux$/) as unknown,
      credential: { type: 'public-key', response: { transports: ['usb'] } },
    });
    await page.close();
  });

  it('is opened by the page of a person who has done the first step alone, which asks for nothing else', async () => {
    const page = await openHalf({ page: 'my-devices', role: 'operator' });
    await page.waitForFunction(() => location.pathname === '/login');
    expect(portal.calls).toContain('GET session');
    expect(portal.calls).not.toContain('GET devices');
    expect(await page.evaluate(() => location.hash)).toBe('');
    await page.close();
  });

  it('shows the second step to whoever has done the first, and lets them begin again', async () => {
    const page = await portal.open({ page: 'login', role: 'operator', secondFactor: 'needed' });
    await waitFor(page, '>>> #second-step');
    const [there] = await Promise.all([arrival(page), click(page, '>>> #someone-else')]);
    expect(there).toBe('/login');
    expect(portal.calls).toContain('DELETE session');
    await page.close();
  });

  it('says that no passkey counts, that one is refused, and nothing when the dialog is closed', async () => {
    const page = await portal.open({
      page: 'login',
      role: 'operator',
      secondFactor: 'needed',
      refusesPasskeys: 'PASSKEY_LOGIN_REFUSED',
    });
    portal.allow();
    await click(page, '>>> #second-step');
    await waitFor(page, '>>> [role=alert]');
    expect(await wordsOf(page, '[role=alert]')).toBe('None of your passkeys can be used now. Ask your help desk.');
    const { id } = await addPasskey(page);
    portal.allow(id);
    await click(page, '>>> #second-step');
    await page.waitForFunction(
      () => document.querySelector('portal-login')?.shadowRoot?.querySelector('portal-second-step') !== null,
    );
    await waitFor(page, '>>> [role=alert]');
    expect(await wordsOf(page, '[role=alert]')).toBe('This passkey doesn’t count here. Try another one.');
    await page.close();
  });

  it('offers a device beside the passkey, and alone to whoever has no passkey', async () => {
    const scene = { page: 'login', role: 'operator', secondFactor: 'needed', hasCard: true } as const;
    const both = await portal.open({ ...scene, takesPasskeys: true });
    await waitFor(both, '>>> #card-step');
    expect(await focusedIn(both)).toBe('second-step');
    expect(await wordsOf(both, '#hint')).toBe(
      'Confirm with your passkey, or with one of your devices and its PIN, that it’s you.',
    );
    await both.close();
    const page = await portal.open(scene);
    await waitFor(page, '>>> #card-step');
    expect(await page.$('>>> #second-step')).toBeNull();
    expect(await focusedIn(page)).toBe('card-step');
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await waitFor(page, '>>> cardwright-operation[kind=prove-owner] >>> dialog[open]');
    await page.close();
  });

  it('is where a page leads that finds the second factor missing', async () => {
    const page = await openHalf({ page: 'account', role: 'operator' });
    await page.waitForFunction(() => location.pathname === '/login' && location.search === '?to=%2Faccount');
    await page.close();
  });
});

const rows = (page: Page) =>
  page.$$eval('>>> portal-passkey-list >>> tbody tr', (all) =>
    all.map((row) => (row instanceof HTMLElement ? row.innerText.replace(/\s+/g, ' ').trim() : '')),
  );

const DIALOG = 'portal-passkey-dialog >>> ';

describe('My account', () => {
  async function open(scene: Partial<PortalScene> = {}): Promise<Page> {
    const page = await portal.open({ page: 'account', role: 'user', takesPasskeys: true, ...scene });
    await waitFor(page, '>>> #add-passkey');
    return page;
  }

  it('lists the own passkeys, without an axe finding', async () => {
    const page = await open();
    const [synced, alone] = await rows(page);
    expect(synced).toMatch(
      /^Chrome on Windows Also on your other devices Nov 20, 2026.* Nov 25, 2026.* Rename Remove$/,
    );
    expect(alone).toMatch(/^The blue security key in the safe of the office Nov 20, 2026.* never Rename Remove$/);
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await page.close();
  });

  it('adds one, after a proof by one that is there', async () => {
    const page = await open();
    const { id } = await addPasskey(page);
    portal.allow(id);
    await click(page, '>>> #add-passkey');
    await waitFor(page, '>>> portal-passkey-list >>> tbody tr:nth-child(3)');
    const asked = portal.calls.filter((call) => /passkeys|second-factor/.test(call));
    expect(asked).toEqual([
      'GET account/passkeys',
      'POST account/passkeys/options',
      'POST session/second-factor/options',
      'POST session/second-factor',
      'POST account/passkeys/options',
      'POST account/passkeys',
    ]);
    expect(await focusedIn(page)).toBe('outcome');
    expect(await wordsOf(page, '#outcome')).toBe('Passkey added.');
    await page.close();
  });

  it('adds the first one, after the password', async () => {
    const page = await open({ signInPasskeys: [] });
    await addAuthenticator(page);
    portal.allow();
    await click(page, '>>> #add-passkey');
    await fill(page, `>>> ${DIALOG}portal-fresh-proof >>> #password`, PASSWORD);
    await click(page, `>>> ${DIALOG}portal-fresh-proof >>> #prove`);
    await waitFor(page, '>>> portal-passkey-list >>> tbody tr');
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await page.close();
  });

  it('renames one by the keyboard, and refuses an empty name', async () => {
    const page = await open();
    await click(page, '>>> [data-action=rename]');
    await waitFor(page, `>>> ${DIALOG}#passkey-name`);
    await page.keyboard.press('Delete');
    await page.keyboard.press('Enter');
    await waitFor(page, `>>> ${DIALOG}[role=alert]`);
    await page.keyboard.type('My laptop');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement !== document.body);
    await waitFor(page, '>>> [data-action=rename][aria-label="Rename My laptop"]');
    expect((await rows(page))[0]).toMatch(/^My laptop /);
    await page.close();
  });

  it('removes one after a question, and says why the last one stays', async () => {
    const page = await open();
    const { id } = await addPasskey(page);
    portal.allow(id);
    await click(page, '>>> [data-action=remove]');
    expect(await wordsOf(page, `${DIALOG}p`)).toBe('You can no longer sign in with “Chrome on Windows”.');
    await click(page, `>>> ${DIALOG}#confirm`);
    await waitFor(page, '>>> portal-passkey-list >>> tbody tr:only-child');
    await click(page, '>>> [data-action=remove]');
    await click(page, `>>> ${DIALOG}#confirm`);
    await waitFor(page, '>>> portal-passkey-list >>> .problem');
    expect(await wordsOf(page, 'portal-passkey-list >>> .problem')).toContain('This is your last passkey');
    await page.close();
  });
});

it('shows an operator the passkeys of a person, and removes a lost one', async () => {
  const page = await portal.open({ page: 'operator-person', address: '/operator/people/p1', role: 'operator' });
  const { id } = await addPasskey(page);
  portal.allow(id);
  await waitFor(page, '>>> portal-passkey-list >>> tbody tr');
  expect(await page.$('>>> [data-action=rename]')).toBeNull();
  await click(page, '>>> portal-passkey-list >>> [data-action=remove]');
  await click(page, `>>> ${DIALOG}#confirm`);
  await waitFor(page, '>>> portal-passkey-list >>> tbody tr:only-child');
  expect(portal.calls).toContain('POST operator/people/p1/passkeys/p1/remove');
  expect(await findAccessibilityFaults(page)).toEqual([]);
  await page.close();
});
