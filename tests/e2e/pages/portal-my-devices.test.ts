// Alone proves: the page of devices shows each state.
import { describe, expect, it } from '@jest/globals';
import type { Page } from 'puppeteer-core';
import { click, waitFor } from '../../support/page-stage.js';
import {
  EXPIRING,
  GIVEN_BACK,
  LOST,
  SUSPENDED,
  TERMINATED,
  WHOLE,
  WITH_PHONES,
  device,
} from '../../support/portal-devices.js';
import { PortalPages, focusedIn, type PortalScene } from '../../support/portal-pages.js';
import { everyOrSome, thoroughIt } from '../../support/thorough.js';

const portal = PortalPages.forTests();

async function open(scene: Partial<PortalScene>): Promise<Page> {
  const page = await portal.open({ page: 'my-devices', role: 'user', ...scene });
  await waitFor(page, '>>> #add-device');
  return page;
}

/** Returns the visible text of each element, in one line. */
const seen = (page: Page, selector: string): Promise<string[]> =>
  page.$$eval(`>>> ${selector}`, (all) =>
    all.map((one) => (one instanceof HTMLElement ? one.innerText.replace(/\s+/g, ' ').trim() : '')),
  );

/** Returns the title of the wizard for operations of a kind. */
const titleOf = (page: Page, kind: string): Promise<string | null> =>
  page.$eval(`>>> cardwright-operation[kind=${kind}] >>> cardwright-dialog >>> h1`, ({ textContent }) =>
    textContent.trim(),
  );

/** Returns the addresses of the links in an element. */
const links = (page: Page, selector: string): Promise<(string | null)[]> =>
  page.$$eval(`>>> ${selector} a`, (all) => all.map((link) => link.getAttribute('href')));

const HELP_DESK_LINKS = ['tel:+498912340', 'mailto:service.desk@example.org'];

describe('the card of a device', () => {
  it('shows first what matters, with the rest collapsed', async () => {
    const page = await open({ devices: WHOLE });
    expect(await seen(page, 'article')).toEqual([
      'YubiKey …3344 Active Rename Good until Nov 24, 2029 Change PIN Forgot PIN? Give back Report a problem Details',
    ]);
  });

  it('names a model in the language of the page, unless its policy has a name of its own', async () => {
    const key = { ownerActions: [], model: 'fido2', modelName: 'Security key', serial: null };
    const devices = [device('k1', 'active', key), device('k2', 'active', { ...key, modelName: 'Key of the house' })];
    const names = async (language: 'en' | 'de'): Promise<string[]> => {
      const page = await open({ language, devices });
      const headings = await seen(page, 'article h2');
      await page.close();
      return headings;
    };
    expect(await names('en')).toEqual(['Security key', 'Key of the house']);
    expect(await names('de')).toEqual(['Sicherheitsschlüssel', 'Key of the house']);
  });

  it('shows no end of validity if the server knows no valid certificate', async () => {
    const page = await open({ devices: [device('d1', 'active', { ownerActions: [], goodUntil: null, serial: null })] });
    expect(await seen(page, 'article')).toEqual([
      'YubiKey Active Rename Change PIN Forgot PIN? Give back Report a problem Details',
    ]);
  });

  const GOOD_FOR = [
    ['en', ['Expires in 12 days, on Dec 11, 2026', 'Expires in one day, on Nov 30, 2026', 'Expired on Nov 20, 2026']],
    ['de', ['Läuft in 12 Tagen ab, am 11.12.2026', 'Läuft in einem Tag ab, am 30.11.2026', 'Abgelaufen am 20.11.2026']],
  ] as const;

  it.each(everyOrSome(GOOD_FOR, ([language]) => language === 'en'))(
    'says how long it is still good, and that it has expired (%s)',
    async (language, words) => {
      const page = await open({ language, devices: EXPIRING });
      expect(await seen(page, '.good-until')).toEqual(words);
    },
  );

  it('opens its details by keyboard, and keeps them open when the list is read again', async () => {
    const page = await open({ devices: WHOLE });
    await page.focus('>>> [data-operation=erase]');
    await page.keyboard.press('Tab');
    expect(await focusedIn(page)).toBe('Report a problem');
    await page.keyboard.press('Tab');
    expect(await focusedIn(page)).toBe('Details');
    await page.keyboard.press('Enter');
    expect((await seen(page, '.details')).join()).toContain('Serial number 11223344');
    // Meanwhile an operator suspends it.
    portal.change([device('d1', 'suspended', { ownerActions: [] })]);
    await page.$eval('>>> cardwright-add-device', (wizard) => wizard.dispatchEvent(new Event('cardwright-closed')));
    await waitFor(page, '>>> .badge.suspended');
    expect((await seen(page, '.details')).join()).toContain('Sign-in 9A P-256 5f1c8e0a9b3d4c72a6e1f08b7d92c435');
  });

  thoroughIt('lets a serial number be selected, to be told to the help desk', async () => {
    const page = await open({ devices: WHOLE });
    await click(page, '>>> .details summary');
    await click(page, '>>> .facts dd', { count: 2 });
    expect(await page.evaluate(() => getSelection()?.toString().trim())).toBe('11223344');
  });
});

describe('the name of a device', () => {
  const NAME = '<b>Key on my key ring</b>';
  const openDialog = async (page: Page): Promise<void> => {
    await click(page, '>>> [data-action=rename]');
    await waitFor(page, '>>> portal-rename-dialog >>> dialog[open]');
  };

  it('is given by keyboard, stands where the model stood, and is text', async () => {
    const page = await open({ devices: WHOLE });
    await page.focus('>>> [data-action=rename]');
    await page.keyboard.press('Enter');
    await waitFor(page, '>>> portal-rename-dialog >>> dialog[open]');
    expect(await focusedIn(page)).toBe('device-name');
    await page.keyboard.type(` ${NAME} `);
    await page.keyboard.press('Enter');
    await page.waitForFunction(
      (name) =>
        document
          .querySelector('portal-my-devices')
          ?.shadowRoot?.querySelector('portal-device-card')
          ?.shadowRoot?.querySelector('h2')?.textContent === name,
      {},
      NAME,
    );
    expect(portal.calls).toContain('PUT devices/d1/name');
    expect(portal.bodies).toEqual([{ name: NAME }]);
    expect((await seen(page, 'article'))[0]).toContain(`${NAME} YubiKey …3344 Active`);
    expect(await focusedIn(page)).toBe('Rename');
  });

  it('is taken away by an empty field, and stays where the dialog is closed', async () => {
    const page = await open({ devices: [device('d1', 'active', { ownerActions: [], name: NAME })] });
    expect(await seen(page, 'article h2')).toEqual([NAME]);
    await openDialog(page);
    await page.keyboard.type('Another');
    await page.keyboard.press('Escape');
    expect(await seen(page, 'article h2')).toEqual([NAME]);
    await openDialog(page);
    await page.keyboard.press('Backspace');
    await page.keyboard.press('Enter');
    await page.waitForSelector('>>> portal-rename-dialog >>> dialog[open]', { hidden: true });
    expect(portal.bodies).toEqual([{ name: null }]);
  });

  it('is asked for again where the server refuses it', async () => {
    const page = await open({ devices: WHOLE });
    await openDialog(page);
    await page.keyboard.type('refused');
    await page.keyboard.press('Enter');
    await waitFor(page, '>>> portal-rename-dialog >>> [role=alert]');
    expect(await seen(page, 'portal-rename-dialog >>> [role=alert]')).toEqual([
      'Use at most 60 characters, all of which can be seen.',
    ]);
    expect(await focusedIn(page)).toBe('device-name');
  });

  it('stands at a device that is over too', async () => {
    const page = await open({ devices: WHOLE, terminated: [{ ...TERMINATED[0], name: 'Old badge' }] });
    expect((await seen(page, '.terminated li'))[0]).toBe(
      `Old badge YubiKey …3300 Terminated on Nov 26, 2026: “${LOST}”`,
    );
  });
});

describe('a suspended device', () => {
  it('shows the time and the reason, and whom to call', async () => {
    const page = await open({ devices: SUSPENDED });
    const todo = 'Ask your help desk to resume it. Until then you can’t use it.';
    const contact = 'IT Service Desk · +49 89 1234-0 · service.desk@example.org';
    expect(await seen(page, '.advice')).toEqual([
      `The device was suspended on Nov 27, 2026: “${LOST}” ${todo} ${contact}`,
      `The device was suspended on Nov 27, 2026. ${todo} ${contact}`,
    ]);
    expect(await links(page, '.advice')).toEqual([...HELP_DESK_LINKS, ...HELP_DESK_LINKS]);
  });

  it('names nobody if the portal has no help desk', async () => {
    const page = await open({ devices: SUSPENDED, helpDesk: {} });
    expect(await page.$$('>>> .contact')).toEqual([]);
    expect(await page.$('>>> .questions')).toBeNull();
  });
});

describe('My Devices', () => {
  it('names the help desk at its end, also for a user without a device', async () => {
    for (const devices of [WITH_PHONES, []]) {
      const page = await open({ devices });
      expect(await seen(page, '.questions')).toEqual([
        'Questions? IT Service Desk · +49 89 1234-0 · service.desk@example.org',
      ]);
      expect(await links(page, '.questions')).toEqual(HELP_DESK_LINKS);
    }
  });

  thoroughIt('names a help desk that has nothing but an address', async () => {
    const page = await open({ devices: WHOLE, helpDesk: { url: 'https://help.example.org/it' } });
    expect(await seen(page, '.questions')).toEqual(['Questions? help.example.org']);
  });

  it('lists devices that are no longer used at its end: when and why each ended, and no button', async () => {
    const page = await open({ devices: WHOLE, terminated: TERMINATED });
    expect(await page.$eval('>>> .terminated', (section) => section.ariaLabelledByElements?.[0]?.textContent)).toBe(
      'No longer used',
    );
    expect((await seen(page, '.terminated li')).slice(0, 2)).toEqual([
      `YubiKey …3300 Terminated on Nov 26, 2026: “${LOST}”`,
      'iPhone 16 Pro …9PN6 Terminated on Nov 25, 2026.',
    ]);
    expect(await page.$$('>>> .terminated button')).toEqual([]);
    const follows = await page.$eval('>>> .terminated', (section) => section.previousElementSibling?.className);
    expect(follows).toBe('list');
  });

  it('shows which were given back, and has a button for those that are not erased yet', async () => {
    const page = await open({ devices: WHOLE, terminated: GIVEN_BACK });
    expect(await seen(page, '.terminated li')).toEqual([
      'YubiKey …3300 Revoked, but not erased yet. Finish giving back',
      'YubiKey …3300 Given back on Nov 26, 2026.',
      `YubiKey …3300 Terminated on Nov 26, 2026: “${LOST}” Give back`,
    ]);
    await click(page, '>>> .terminated [data-operation="erase"]');
    await waitFor(page, '>>> cardwright-operation[kind=erase] >>> dialog[open]');
    expect(await titleOf(page, 'erase')).toBe('Finish giving back');
  });

  it('gives a device back that was never begun to be given back, under that title', async () => {
    const page = await open({ devices: WHOLE });
    await click(page, '>>> [data-operation="erase"]');
    await waitFor(page, '>>> cardwright-operation[kind=erase] >>> dialog[open]');
    expect(await titleOf(page, 'erase')).toBe('Give Back');
  });

  it('has a button and a wizard for an operation that only the CMS knows, and takes its label for text', async () => {
    const label = `<img src=x onerror="document.title='run'"> Stamp`;
    const page = await open({
      operations: [
        { kind: 'renew', label: 'Renew' },
        { kind: 'stamp', label },
      ],
      devices: [device('d1', 'active', { ownerActions: [], operations: ['stamp', 'unknown'] })],
      terminated: [{ ...TERMINATED[0], operations: ['stamp'] }],
    });
    expect(await seen(page, 'footer button')).toEqual([label, 'Report a problem']);
    expect(await seen(page, '.terminated button')).toEqual([label]);
    await click(page, '>>> footer [data-operation=stamp]');
    const wizard = '>>> cardwright-operation[kind=stamp] >>> dialog[open]';
    await page.waitForSelector(wizard);
    expect(await page.$eval(wizard, (dialog) => dialog.querySelector('h1, h2')?.textContent.trim())).toBe(label);
    expect(await page.title()).not.toBe('run');
  });

  it('offers no further device to a user who has as many as are allowed, and says why', async () => {
    const limit = 'You can have 3 devices.';
    const page = await open({ devices: WHOLE, limit });
    expect(await page.$eval('>>> #add-device', (button) => button.matches(':disabled'))).toBe(true);
    expect(await seen(page, '#limit')).toEqual([limit]);
  });

  it('has no such section if there is nothing to list', async () => {
    const page = await open({ devices: WHOLE });
    expect(await page.$('>>> .terminated')).toBeNull();
  });

  it.each([
    [[], 'No devices yet.'],
    [TERMINATED, 'No devices in use.'],
  ])('tells a user without a device whether there were earlier ones', async (terminated, title) => {
    const page = await open({ devices: [], terminated });
    expect(await seen(page, '#no-device')).toEqual([title]);
  });
});

describe('the passkeys of a device', () => {
  const passkey = (id: string, title: string): object => ({
    id,
    title,
    name: `YubiKey ${id}`,
    place: 'proved',
    createdAt: '2026-11-02T10:00:00.000Z',
    lastUsedAt: null,
  });
  const withPasskeys = (operations: readonly string[], ...passkeys: readonly object[]): object[] => [
    device('d1', 'active', { ownerActions: [], operations, passkeys }),
  ];

  it('are listed with the day since when it has them, and without a button where nothing can be removed', async () => {
    const page = await open({ devices: withPasskeys([], passkey('p1', 'Microsoft Entra ID')) });
    expect(await seen(page, '.passkeys summary')).toEqual(['Microsoft Entra ID since Nov 2, 2026']);
    expect(await page.$('>>> [data-action="remove-passkey"]')).toBeNull();
  });

  it('are removed after a question that says what stops working', async () => {
    const two = [passkey('p1', 'Microsoft Entra ID'), passkey('p2', 'This portal')];
    const page = await open({ devices: withPasskeys(['remove-passkey', 'add-passkey', 'change-fido-pin'], ...two) });
    // The removal has no button of its own beside those of the device.
    expect(await seen(page, 'footer button')).toEqual(['Add a passkey', 'Change FIDO PIN', 'Report a problem']);
    await click(page, '>>> [aria-label="Remove the passkey for This portal"]');
    await waitFor(page, '>>> portal-remove-passkey-dialog >>> dialog[open]');
    expect(await focusedIn(page)).toBe('cancel');
    const [question] = await seen(page, 'portal-remove-passkey-dialog >>> #consequences');
    expect(question).toMatch(/^With this device \(YubiKey\), you can no longer sign in to This portal\./);
    expect(question).not.toContain('the only passkey');
    await click(page, '>>> portal-remove-passkey-dialog >>> #confirm');
    await waitFor(page, '>>> cardwright-operation[kind=remove-passkey] >>> dialog[open]');
  });

  it('stay when their owner presses Escape, and the question says that one is the last', async () => {
    const page = await open({ devices: withPasskeys(['remove-passkey'], passkey('p1', 'Microsoft Entra ID')) });
    await click(page, '>>> [data-action="remove-passkey"]');
    await waitFor(page, '>>> portal-remove-passkey-dialog >>> dialog[open]');
    expect((await seen(page, 'portal-remove-passkey-dialog >>> #consequences'))[0]).toContain('the only passkey');
    await page.keyboard.press('Escape');
    await page.waitForSelector('>>> portal-remove-passkey-dialog >>> dialog[open]', { hidden: true });
    expect(await page.$('>>> cardwright-operation[kind=remove-passkey] >>> dialog[open]')).toBeNull();
  });
});
