import { describe, expect, it } from '@jest/globals';
import type { Page } from 'puppeteer-core';
import { findAccessibilityFaults } from '../../support/accessibility.js';
import { click, fill, waitFor } from '../../support/page-stage.js';
import { GOOD_TOKEN, PASSWORD, PortalPages, focusedIn } from '../../support/portal-pages.js';

const NEW = 'another horse battery';
const portal = PortalPages.forTests();

const textOf = (page: Page, what: string): Promise<string> =>
  page.$eval(`>>> ${what}`, ({ textContent }) => textContent.replace(/\s+/g, ' ').trim());

async function enterNew(page: Page, first: string, second = first): Promise<void> {
  await fill(page, '>>> #new', first);
  await fill(page, '>>> #again', second);
}

describe('the page behind a link', () => {
  const open = (token: string) => portal.open({ page: 'set-password', address: `/set-password#${token}` });

  it('sets a password, says why one is refused, and leaves no token in the address', async () => {
    const page = await open(GOOD_TOKEN);
    await waitFor(page, '>>> #set');
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await enterNew(page, NEW, 'another');
    await click(page, '>>> #set');
    await waitFor(page, '>>> #problem');
    expect(await textOf(page, '#problem')).toBe('The two new passwords are not the same.');
    expect(portal.calls).not.toContain('PUT password-link');
    await enterNew(page, 'short');
    await click(page, '>>> #set');
    await page.waitForFunction(() =>
      document.querySelector('portal-set-password')?.shadowRoot?.textContent.includes('fewer'),
    );
    expect(page.url()).toContain(GOOD_TOKEN);
    await enterNew(page, NEW);
    await page.keyboard.press('Enter');
    await waitFor(page, '>>> [role=status]');
    expect(await textOf(page, '[role=status]')).toBe('Your password is set.');
    expect(page.url()).not.toContain(GOOD_TOKEN);
  });

  it.each(['x'.repeat(43), 'no-token'])('says where to get another one if the link is not good: %s', async (token) => {
    const page = await open(token);
    await waitFor(page, '>>> [role=alert]');
    expect(await textOf(page, '[role=alert]')).toMatch(/^This link is no longer valid. Ask your help desk/);
    expect(page.url()).not.toContain(token);
  });
});

describe('the page on which people change their password', () => {
  it('asks for the present one, and is worked by the keyboard alone', async () => {
    const page = await portal.open({ page: 'password', role: 'user' });
    await waitFor(page, '>>> #change');
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await page.focus('>>> #present');
    for (const entry of ['wrong', NEW, NEW]) {
      await page.keyboard.type(entry);
      await page.keyboard.press('Tab');
    }
    expect(await focusedIn(page)).toBe('change');
    await page.keyboard.press('Enter');
    await waitFor(page, '>>> #problem');
    expect(await textOf(page, '#problem')).toBe('Wrong password.');
    await fill(page, '>>> #present', PASSWORD);
    await click(page, '>>> #change');
    await waitFor(page, '>>> .done');
    expect(await textOf(page, '.done')).toContain('signed out in all other browsers');
    expect(portal.bodies.at(-1)).toEqual({ password: PASSWORD, newPassword: NEW });
    expect(await page.$eval('>>> #new', (input) => 'value' in input && input.value)).toBe('');
  });

  it('is shown after signing in with a password that nobody could set today, and can be left for later', async () => {
    const page = await portal.open({ page: 'login' });
    await waitFor(page, '>>> #login');
    await fill(page, '>>> #username', 'ada');
    await fill(page, '>>> #password', 'weak');
    await Promise.all([page.waitForNavigation(), click(page, '>>> #login')]);
    expect(page.url()).toMatch(/\/password#advised$/);
    await page.close();
    const advised = await portal.open({ page: 'password', role: 'user', address: '/password#advised' });
    await waitFor(advised, '>>> #later');
    expect(await textOf(advised, '.advice')).toBe('Your password no longer meets the rules. Change it now.');
    expect(await advised.$eval('>>> #later', (link) => link.getAttribute('href'))).toBe('/my-devices');
    await advised.close();
  });
});

describe('the page of accounts', () => {
  async function open(): Promise<Page> {
    const page = await portal.open({ page: 'operator', role: 'operator' });
    await waitFor(page, '>>> #tab-accounts');
    await click(page, '>>> #tab-accounts');
    await waitFor(page, '>>> portal-account-list >>> tbody tr');
    return page;
  }
  async function change(page: Page, what: string, isProved = false): Promise<void> {
    await click(page, `>>> ${what}`);
    await click(page, '>>> dialog[open] #agree');
    if (!isProved) {
      await fill(page, '>>> dialog[open] portal-fresh-proof >>> #password', PASSWORD);
      await page.keyboard.press('Enter');
    }
    await page.waitForFunction(
      () =>
        document
          .querySelector('portal-operator')
          ?.shadowRoot?.querySelector('portal-account-list')
          ?.shadowRoot?.querySelector('#outcome')?.children.length !== 0,
    );
  }

  it('asks for a fresh proof once, shows the link once, and has no axe finding', async () => {
    const page = await open();
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await change(page, '[aria-label="Reset password: ada"]');
    expect(await page.$eval('>>> #link', (input) => 'value' in input && input.value)).toContain(GOOD_TOKEN);
    expect(portal.bodies.at(-1)).toEqual({});
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await change(page, '[aria-label="Disable: demo"]', true);
  });

  it('says that the last administrator stays, and that devices stay as they are', async () => {
    const page = await open();
    await change(page, '[aria-label="Disable: ada"]');
    expect(await textOf(page, '#outcome')).toBe(
      'ada is the last administrator who can sign in. Add another one first.',
    );
    await page.close();
    const again = await open();
    await change(again, '[aria-label="Disable: demo"]');
    expect(await textOf(again, '#outcome')).toMatch(/^demo is disabled\. 2 devices of this person are in use\./);
    await again.close();
  });

  it('offers to confirm the owner where the account is in the hands of others, and where the word counts', async () => {
    const page = await open();
    const offered = await page.$$eval('>>> [aria-label^="Confirm owner"]', (buttons) =>
      buttons.map((button) => button.getAttribute('aria-label')),
    );
    expect(offered).toEqual(['Confirm owner: ada']);
    await change(page, '[aria-label="Confirm owner: ada"]');
    expect(await textOf(page, '#outcome')).toBe('You confirmed ada.');
    expect(portal.calls).toContain('POST operator/accounts/a0/confirm');
    await page.close();
  });

  it('adds an account, and asks before its entries are lost', async () => {
    const page = await open();
    await fill(page, '>>> [name=username]', 'ines');
    await fill(page, '>>> [name=displayName]', 'Ines Example');
    await change(page, '#add');
    expect(portal.bodies.at(-1)).toEqual({
      username: 'ines',
      displayName: 'Ines Example',
      role: ['user'],
    });
    await fill(page, '>>> [name=username]', 'left');
    await click(page, '>>> #tab-audit');
    await waitFor(page, '>>> portal-confirm-dialog >>> dialog[open]');
  });
});
