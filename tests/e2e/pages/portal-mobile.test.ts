import { describe, expect, it } from '@jest/globals';
import type { Page } from 'puppeteer-core';
import { click, textOf, waitFor } from '../../support/page-stage.js';
import { PHONES, WHOLE, WITH_PHONES, phone } from '../../support/portal-devices.js';
import { PortalPages, focusedIn, type PortalScene } from '../../support/portal-pages.js';
import { PHONE_PAGE } from '../../support/portal-timeline.js';
import { thoroughIt } from '../../support/thorough.js';

const portal = PortalPages.forTests();

async function open(scene: Partial<PortalScene>): Promise<Page> {
  const page = await portal.open({ page: 'my-devices', role: 'user', takesPhones: true, ...scene });
  await waitFor(page, '>>> #add-device');
  return page;
}

describe('Add Mobile', () => {
  it('opens the dialog for mobile devices', async () => {
    const page = await open({ devices: WHOLE });
    const dialog = await page.$('>>> cardwright-add-mobile');
    await dialog?.evaluate((element) => Object.assign(element, { open: () => element.toggleAttribute('data-opened') }));
    await click(page, '>>> #add-mobile');
    expect(await dialog?.evaluate((element) => element.hasAttribute('data-opened'))).toBe(true);
  });

  it.each([[WHOLE], [[]]])('is missing if nobody may add one, whatever devices there are', async (devices) => {
    const page = await open({ devices, takesPhones: false });
    expect([await page.$('>>> #add-mobile'), await page.$('>>> #mobile-needs')]).toEqual([null, null]);
  });

  it('is disabled at the limit of devices, and says why', async () => {
    const limit = 'You can have one device. To add another, ask your help desk to terminate it.';
    const page = await open({ devices: WHOLE, limit });
    const state = await page.$eval('>>> #add-mobile', (button) => [
      button instanceof HTMLButtonElement && button.disabled,
      button.ariaDescribedByElements?.map(({ textContent }) => textContent),
    ]);
    expect(state).toEqual([true, [limit]]);
  });

  thoroughIt('shows the new device as soon as it works, and highlights it', async () => {
    const page = await open({
      devices: [...WHOLE, phone('i1', 'active', { activatedAt: '2026-11-26T09:00:00.000Z' })],
    });
    const fire = (type: string): Promise<void> =>
      page.$eval('>>> cardwright-add-mobile', (dialog, name) => void dialog.dispatchEvent(new Event(name)), type);
    const reads = (): number => portal.calls.filter((call) => call === 'GET devices').length;
    await fire('cardwright-mobile-installed');
    await waitFor(page, '>>> .added');
    expect(await page.$eval('>>> portal-device-card[added]', (card) => card.shadowRoot?.textContent)).toContain(
      'iPhone 16 Pro',
    );
    const before = reads();
    // So low that only a part of the list is visible.
    await page.setViewport({ width: 800, height: 240 });
    await fire('cardwright-closed');
    await page.waitForFunction(() => scrollY > 0, { polling: 'raf' });
    expect(reads()).toBe(before + 1);
  });
});

describe('the card of a mobile device', () => {
  thoroughIt('says what is proved of it in plain words, and names no slot', async () => {
    const page = await open({ devices: WITH_PHONES.slice(1, 2) });
    await click(page, '>>> .details summary');
    const facts = await page.$$eval('>>> .facts div', (all) =>
      all.map(({ innerText }) => innerText.replace('\n', ' ')),
    );
    expect(facts).toEqual([
      'Serial number F2LX4Q9PN7',
      expect.stringMatching(/^Added \w/),
      'System iOS 18.0 (22A3354)',
      'Keys created on the device, not confirmed by its vendor',
    ]);
    const certificates = await page.$$eval('>>> tbody th', (all) => all.map(({ innerText }) => innerText.trim()));
    expect(certificates).toEqual(['Sign-in', 'Encryption', 'Device identity', 'Signature']);
  });
});

describe('Delete Mobile', () => {
  const press = async (page: Page): Promise<void> => {
    await page.focus('>>> [data-action=delete-mobile]');
    await page.keyboard.press('Enter');
    await waitFor(page, '>>> dialog[open] #confirm');
  };
  const deletions = (): string[] => portal.calls.filter((call) => call.startsWith('DELETE'));

  thoroughIt('asks first, with the focus on Cancel; nothing happens on Escape', async () => {
    const page = await open({ devices: WITH_PHONES });
    await press(page);
    expect(await focusedIn(page)).toBe('cancel');
    await page.keyboard.press('Escape');
    await page.waitForSelector('>>> dialog[open]', { hidden: true });
    expect(await focusedIn(page)).toBe('Delete Mobile');
    expect(deletions()).toEqual([]);
  });

  it('deletes the device, and explains what is left to do on it', async () => {
    const page = await open({ devices: WITH_PHONES });
    await press(page);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await waitFor(page, '>>> #outcome:not(.visually-hidden)');
    expect(deletions()).toEqual(['DELETE mobile/devices/i1']);
    // The list was read again, and the button is gone.
    await page.waitForFunction(() => document.activeElement?.shadowRoot?.activeElement?.id === 'outcome', {
      polling: 'raf',
    });
    expect(await page.$eval('>>> #outcome', ({ textContent }) => textContent.trim())).toBe(
      'iPhone 16 Pro is deleted. Now remove the profile on the device, in Settings > General > VPN & Device Management.',
    );
    expect(await page.$$('>>> portal-device-card')).toHaveLength(2);
  });

  thoroughIt('explains why it failed, and reads the list again', async () => {
    const page = await open({ devices: WITH_PHONES, fails: 'mobile/devices/i1' });
    await press(page);
    const before = portal.calls.length;
    await click(page, '>>> dialog[open] #confirm');
    await waitFor(page, '>>> cardwright-error-pane');
    expect(await textOf(page, 'cardwright-error-pane')).toContain('DEVICE_STATE');
    expect(portal.calls.slice(before)).toEqual(['DELETE mobile/devices/i1', 'GET session', 'GET devices']);
    expect(await page.$('>>> #outcome:not(.visually-hidden)')).toBeNull();
  });
});

describe('a mobile device that has not shown that it has everything', () => {
  it('is listed as Installing, with what is left to do on it and what to do if it failed', async () => {
    const page = await open({ devices: [phone('i1', 'pending')] });
    await waitFor(page, '>>> .badge');
    expect(await page.$eval('>>> .badge', ({ textContent }) => textContent)).toBe('Installing');
    const card = await textOf(page, 'portal-device-card');
    expect(card).toContain('open the icon “Finish setup”, and tap the button');
    expect(card).toContain('delete the mobile device here, and add it again with a new code');
    expect(card).not.toContain('PIN');
    expect(await page.$('>>> [data-action="delete-mobile"]')).not.toBeNull();
  });

  it('is shown to operators as Installing, too', async () => {
    const page = await portal.open({ page: 'operator', role: 'operator', devices: [phone('i1', 'pending')] });
    await waitFor(page, '>>> tbody tr');
    expect(await page.$eval('>>> .badge', ({ textContent }) => textContent)).toBe('Installing');
    expect(await page.$eval('>>> tbody .note', ({ textContent }) => textContent)).toBe(
      'It was sent its certificates, and has not shown that it installed them.',
    );
  });
});

describe('an operator', () => {
  thoroughIt('finds mobile devices by their model, with the possible actions on each', async () => {
    const page = await portal.open({ page: 'operator', role: 'operator', devices: PHONES });
    await waitFor(page, '>>> tbody tr');
    expect(await page.$eval('>>> [name=model] option:last-child', ({ textContent }) => textContent)).toBe(
      'iPhone or iPad',
    );
    await page.select('>>> [name=model]', 'ios');
    await click(page, '>>> #search');
    await page.waitForFunction(
      (shown) =>
        document
          .querySelector('portal-operator')
          ?.shadowRoot?.querySelector('portal-device-table')
          ?.shadowRoot?.querySelectorAll('tbody tr').length === shown,
      { polling: 'raf' },
      PHONES.length - WHOLE.length,
    );
    expect(portal.queries.at(-1)).toBe('model=ios&waiting=no');
    const actions = await page.$$eval('>>> tbody tr', (rows) =>
      rows.map((row) => [...row.querySelectorAll('button')].map(({ dataset }) => dataset.action)),
    );
    expect(actions).toEqual([['terminate'], ['suspend', 'terminate'], ['resume', 'terminate'], []]);
  });

  thoroughIt('reads on the page of one what happened, and nothing that only cards have', async () => {
    const address = '/operator/devices/i1';
    const page = await portal.open({ page: 'operator-device', address, role: 'operator', devicePage: PHONE_PAGE });
    await waitFor(page, '>>> tbody tr');
    const headings = await page.$$eval('>>> h2', (all) => all.map(({ innerText }) => innerText));
    // The title of a closed dialog is empty.
    expect(headings.filter((words) => words !== '')).toEqual(['Certificates', 'What happened']);
    expect(await page.$eval('>>> .facts', ({ textContent }) => textContent.trim())).toBe(
      'Serial number F2LX4Q9PN7 · Keys created on the device: not proved · iOS 18.0 (22A3354)',
    );
  });
});
