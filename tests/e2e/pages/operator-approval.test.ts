import { describe, expect, it } from '@jest/globals';
import type { Page } from 'puppeteer-core';
import { click, waitFor } from '../../support/page-stage.js';
import { device, OWN, REASON, UNAPPROVED, versionOf, WHOLE } from '../../support/portal-devices.js';
import { PortalPages, focusedIn } from '../../support/portal-pages.js';
import { thoroughIt } from '../../support/thorough.js';

const portal = PortalPages.forTests();

describe('an operator who has to approve devices', () => {
  const openTable = async (devices: readonly object[]): Promise<Page> => {
    const page = await portal.open({ page: 'operator', role: 'operator', devices });
    await waitFor(page, '>>> tbody tr');
    return page;
  };
  const rows = (page: Page, table: string): Promise<string[]> =>
    page.$$eval(`>>> ${table} tr:has(td)`, (all) =>
      all.map((row) =>
        [...row.querySelectorAll('td:nth-child(2), .note, button')]
          .map((one) => (one instanceof HTMLElement ? one.innerText.replace(/\s+/g, ' ') : ''))
          .join(' | '),
      ),
    );
  const isClosed = async (page: Page): Promise<boolean> => (await page.$('>>> dialog[open]')) === null;

  it('sees them first, apart from her own, with their proofs', async () => {
    const page = await openTable([...WHOLE, ...UNAPPROVED.slice(0, 3), ...OWN]);
    expect(await rows(page, 'table.waiting')).toEqual([
      'PIV smart card Serial number 10047 (not proved) Keys created on the device: not proved | Its PIN is set. No vendor vouches for its keys. | Approve | Decline | Suspend | Terminate permanently',
      'PIV smart card Serial number 10048 (not proved) Keys created on the device: not proved | The factory PUK is confidential, and the device did not prove what it is. | Approve the factory PUK | Terminate permanently',
    ]);
    expect(await rows(page, 'table.others')).toEqual([
      'YubiKey Serial number 11223344 Keys created on the device: proved | Suspend | Terminate permanently',
      'PIV smart card Serial number 10049 (not proved) Keys created on the device: not proved | The factory PUK is approved: the owner can continue. | Terminate permanently',
      'PIV smart card Serial number 10051 (not proved) Keys created on the device: not proved | Your own device: another operator must approve it. | Suspend | Terminate permanently',
      'PIV smart card 7d1a3f10-4b1f-4c39-9d5e-0e6f0a6b9b11 Keys created on the device: not proved | Your own device: another operator must activate it. | Suspend | Terminate permanently | Show initial PIN',
    ]);
  });

  it('declines by keyboard, and only with a reason', async () => {
    const page = await openTable(UNAPPROVED.slice(0, 2));
    await page.focus('>>> [data-action=decline]');
    await page.keyboard.press('Enter');
    await waitFor(page, '>>> dialog[open]');
    expect(await focusedIn(page)).toBe('reason');
    await page.keyboard.press('Enter');
    await waitFor(page, '>>> dialog[open] [role=alert]');
    expect(await focusedIn(page)).toBe('reason');
    expect(portal.calls.filter((call) => call.startsWith('POST'))).toEqual([]);
    await page.keyboard.type(` ${REASON} `);
    await page.keyboard.press('Enter');
    await waitFor(page, '>>> #outcome:not(.visually-hidden)');
    expect(await page.$$eval('>>> tbody tr', (all) => all.length)).toBe(1);
    expect(portal.calls).toContain('POST operator/devices/u1/decline');
    expect(portal.bodies).toEqual([{ seen: versionOf('u1'), reason: REASON }]);
    // Its button is gone, and no other device's button has taken its place.
    await page.waitForFunction(() => {
      let element = document.activeElement;
      while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
      return element?.id === 'outcome';
    });
    expect(await page.$eval('>>> #outcome', (line) => line.textContent.trim())).toBe(
      'Declined: PIV smart card of Ada Lovelace.',
    );
  });

  it('approves no other keys than she has seen: she is asked to look again, and nothing is repeated automatically', async () => {
    const page = await openTable(UNAPPROVED.slice(0, 1));
    const outcome = () => page.$eval('>>> #outcome', (line) => line.textContent.trim());
    portal.change([device('u1', 'awaiting-approval', { version: versionOf('other keys'), serial: '10099' })]);
    await page.focus('>>> [data-action=approve]');
    await page.keyboard.press('Enter');
    await waitFor(page, '>>> dialog[open]');
    // A second Enter closes the dialog: nobody approves by holding the key down.
    expect(await focusedIn(page)).toBe('cancel');
    expect(await page.$('>>> dialog[open] #reason')).toBeNull();
    await click(page, '>>> dialog[open] #confirm');
    await waitFor(page, '>>> #outcome.refused');
    expect(await outcome()).toBe(
      'PIV smart card of Ada Lovelace has changed since you saw it, so nothing was done. Look at it again before you decide.',
    );
    // The page shows the current device. Its button is there again, but a second Enter must not apply to it.
    await page.waitForFunction(() => {
      let element = document.activeElement;
      while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
      return element?.id === 'outcome';
    });
    expect((await rows(page, 'table.waiting'))[0]).toContain('Serial number 10099');
    expect(await page.$('>>> cardwright-error-pane')).toBeNull();
    await page.keyboard.press('Enter');
    expect(portal.calls.filter((call) => call.startsWith('POST'))).toEqual(['POST operator/devices/u1/approve']);
    await click(page, '>>> [data-action=approve]');
    await click(page, '>>> dialog[open] #confirm');
    await waitFor(page, '>>> #outcome.muted');
    expect(await outcome()).toBe('Approved: YubiKey of Ada Lovelace.');
    expect(portal.bodies).toEqual([{ seen: versionOf('u1') }, { seen: versionOf('other keys') }]);
  });

  it('approves nothing by a double click, and asks once', async () => {
    const page = await openTable(UNAPPROVED.slice(0, 2));
    for (const action of ['approve', 'approve-puk']) {
      await click(page, `>>> [data-action=${action}]`, { count: 2 });
      await waitFor(page, '>>> dialog[open] #consequence');
      expect(portal.calls.filter((call) => call.startsWith('POST'))).toEqual([]);
      await click(page, '>>> dialog[open] #cancel');
    }
  });

  it('reads the name that the owner gave a device in a frame, as text and beside the model', async () => {
    const name = '<b>Approved by an operator: ok</b>';
    const page = await openTable([device('u1', 'awaiting-approval', { name })]);
    expect(await page.$eval('>>> td .given bdi', (one) => one.textContent)).toBe(name);
    expect((await rows(page, 'tbody'))[0]).toContain('YubiKey');
    await click(page, '>>> [data-action=terminate]');
    await waitFor(page, '>>> dialog[open]');
    const facts = await page.$$eval('>>> dialog[open] dd', (all) => all.map((one) => one.textContent));
    expect(facts).toEqual(['Ada Lovelace (ada)', 'YubiKey, Serial number 11223344', name]);
  });

  it.each([
    ['suspended', 'Suspended'],
    ['terminated', 'Terminated'],
    ['available', 'Released'],
  ])('reads beside the state %s why an operator chose it', async (state, word) => {
    const page = await openTable([device('u1', state, { said: REASON })]);
    expect(await page.$eval('>>> .note', (note) => note.textContent)).toBe(`${word}: “${REASON}”`);
  });

  thoroughIt('takes Escape for no: nothing is declined, and the focus is on the button again', async () => {
    const page = await openTable(UNAPPROVED.slice(0, 1));
    await page.focus('>>> [data-action=decline]');
    await page.keyboard.press('Enter');
    await waitFor(page, '>>> dialog[open]');
    await page.keyboard.type(REASON);
    await page.keyboard.press('Escape');
    expect(await isClosed(page)).toBe(true);
    expect(await focusedIn(page)).toBe('Decline');
    expect(portal.calls.filter((call) => call.startsWith('POST'))).toEqual([]);
    await page.keyboard.press('Enter');
    await waitFor(page, '>>> dialog[open]');
    expect(await page.$eval('>>> #reason', (field) => (field instanceof HTMLInputElement ? field.value : null))).toBe(
      '',
    );
  });

  it('terminates nothing by a double click, nor by Enter in the dialog', async () => {
    const page = await openTable(UNAPPROVED.slice(0, 1));
    await click(page, '>>> [data-action=terminate]', { count: 3 });
    await waitFor(page, '>>> dialog[open]');
    expect(await page.$('>>> dialog[open] #confirm:disabled')).not.toBeNull();
    await page.focus('>>> dialog[open] #reason');
    await page.keyboard.press('Enter');
    await page.$eval('>>> dialog[open] form', (form) => form instanceof HTMLFormElement && form.requestSubmit());
    expect(await isClosed(page)).toBe(false);
    await click(page, '>>> dialog[open] #cancel');
    expect(portal.calls.filter((call) => call.startsWith('POST'))).toEqual([]);
  });

  it('terminates with or without a reason, once she has confirmed the named device', async () => {
    const page = await openTable(UNAPPROVED.slice(0, 1));
    await click(page, '>>> [data-action=terminate]');
    await waitFor(page, '>>> dialog[open]');
    expect(await focusedIn(page)).toBe('cancel');
    const facts = await page.$$eval('>>> dialog[open] dd', (all) => all.map((one) => one.textContent));
    expect(facts).toEqual(['Ada Lovelace (ada)', 'PIV smart card, Serial number 10047 (not proved)']);
    await click(page, '>>> dialog[open] #meant');
    await click(page, '>>> dialog[open] #confirm');
    await waitFor(page, '>>> #outcome:not(.visually-hidden)');
    expect(portal.bodies).toEqual([{ seen: versionOf('u1') }]);
  });
});
