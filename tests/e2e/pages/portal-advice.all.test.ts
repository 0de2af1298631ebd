import { describe, expect, it } from '@jest/globals';
import type { Page } from 'puppeteer-core';
import { waitFor } from '../../support/page-stage.js';
import { BROKEN, UNAPPROVED, device } from '../../support/portal-devices.js';
import { PortalPages, focusedIn, type Language } from '../../support/portal-pages.js';

const portal = PortalPages.forTests();

/** The portal's help desk, as on a card. */
const HELP_DESK = 'IT Service Desk · +49 89 1234-0 · service.desk@example.org';

describe('a device that is not complete', () => {
  const advice = (page: Page): Promise<string[]> =>
    page.$$eval('>>> article', (articles) =>
      articles.map((article) =>
        [...article.querySelectorAll('.advice p, .ways button')]
          .map((one) => one.textContent.replace(/\s+/g, ' ').trim())
          .join(' | '),
      ),
    );

  it.each<[Language, string[]]>([
    [
      'en',
      [
        `No PIN was chosen. | Ask your help desk to activate the device; until then you can’t use it. | ${HELP_DESK}`,
        'Only your PIN is left. | Connect the device and finish setup. You can’t use it until you set a PIN. | Finish setup',
        `The device was suspended on Nov 27, 2026. | Ask your help desk to resume it; until then you can’t use it. | ${HELP_DESK}`,
        'The issuance failed. The certification authority refused to issue a certificate. | Reconnect to continue, or start over (this erases the device). | Finish setup | Start over',
        'The issuance failed. It was cancelled before it was finished. | Connect the device and finish setup. | Finish setup',
        'The issuance is not finished. The device was removed. | Connect the device and finish setup: what is done already is kept. | Finish setup',
        'The issuance is not finished. | Connect the device and finish setup: what is done already is kept. | Finish setup',
      ],
    ],
    [
      'de',
      [
        `Es wurde keine PIN gewählt. | Bitten Sie Ihren Helpdesk, das Gerät zu aktivieren; bis dahin können Sie es nicht verwenden. | ${HELP_DESK}`,
        'Es fehlt nur noch Ihre PIN. | Verbinden Sie das Gerät und schließen Sie die Einrichtung ab. Vorher können Sie es nicht verwenden. | Einrichtung abschließen',
        `Das Gerät wurde am 27.11.2026 ausgesetzt. | Bitten Sie Ihren Helpdesk, es wieder freizugeben; bis dahin können Sie es nicht verwenden. | ${HELP_DESK}`,
        'Die Ausstellung ist fehlgeschlagen. Die Zertifizierungsstelle hat ein Zertifikat abgelehnt. | Verbinden Sie es wieder, um fortzufahren, oder beginnen Sie neu (dabei wird es gelöscht). | Einrichtung abschließen | Neu beginnen',
        'Die Ausstellung ist fehlgeschlagen. Sie wurde abgebrochen, bevor sie abgeschlossen war. | Verbinden Sie das Gerät und schließen Sie die Einrichtung ab. | Einrichtung abschließen',
        'Die Ausstellung ist nicht abgeschlossen. Das Gerät wurde entfernt. | Verbinden Sie das Gerät und schließen Sie die Einrichtung ab: Was schon getan ist, bleibt erhalten. | Einrichtung abschließen',
        'Die Ausstellung ist nicht abgeschlossen. | Verbinden Sie das Gerät und schließen Sie die Einrichtung ab: Was schon getan ist, bleibt erhalten. | Einrichtung abschließen',
      ],
    ],
  ])('explains in %s what happened, and has the actions to continue', async (language, expected) => {
    const page = await portal.open({ page: 'my-devices', language, role: 'user', devices: BROKEN });
    await waitFor(page, '>>> article');
    expect(await advice(page)).toEqual(expected);
    expect(await page.evaluate(() => [document.documentElement.lang, document.title])).toEqual(
      language === 'en' ? ['en', 'My Devices · Cardwright'] : ['de', 'Meine Geräte · Cardwright'],
    );
    await page.close();
  });

  it.each<[Language, string[]]>([
    [
      'en',
      [
        'The device waits for approval: its vendor does not vouch for its keys. | Your PIN is set, and there is nothing for you to do. You can use the device as soon as an operator has approved it.',
        `The issuance waits for approval: the device could not prove what it is. | Ask your help desk to approve it, then connect the device and finish setup. What is done already is kept. | ${HELP_DESK} | Finish setup`,
        'An operator approved the issuance; it is not finished. | Connect the device and finish setup. | Finish setup',
        `An operator declined the device: “Not a card of ours.” | Ask your help desk what to do, or use another device. | ${HELP_DESK}`,
      ],
    ],
    [
      'de',
      [
        'Das Gerät wartet auf die Genehmigung: Sein Hersteller bürgt nicht für seine Schlüssel. | Ihre PIN ist gesetzt; Sie müssen nichts tun. Sobald ein Operator das Gerät genehmigt hat, können Sie es verwenden.',
        `Die Ausstellung wartet auf die Genehmigung: Das Gerät konnte nicht nachweisen, was es ist. | Bitten Sie Ihren Helpdesk um die Genehmigung, verbinden Sie dann das Gerät und schließen Sie die Einrichtung ab. Was schon getan ist, bleibt erhalten. | ${HELP_DESK} | Einrichtung abschließen`,
        'Ein Operator hat die Ausstellung genehmigt; sie ist nicht abgeschlossen. | Verbinden Sie das Gerät und schließen Sie die Einrichtung ab. | Einrichtung abschließen',
        `Ein Operator hat das Gerät abgelehnt: „Not a card of ours.“ | Fragen Sie Ihren Helpdesk, was zu tun ist, oder verwenden Sie ein anderes Gerät. | ${HELP_DESK}`,
      ],
    ],
  ])(
    'explains in %s what an operator has to approve, and shows no serial number as proved',
    async (language, expected) => {
      const page = await portal.open({ page: 'my-devices', language, role: 'user', devices: UNAPPROVED });
      await waitFor(page, '>>> article');
      expect(await advice(page)).toEqual(expected);
      const serials = await page.$$eval('>>> .facts dd .muted', (all) => all.map((one) => one.textContent));
      const word = language === 'en' ? 'not proved' : 'nicht nachgewiesen';
      expect(serials).toEqual(['10047', '10048', '10049', '10050'].map((serial) => `${serial} (${word})`));
      await page.close();
    },
  );

  it('can be activated by an operator only if its PIN is known', async () => {
    const page = await portal.open({ page: 'operator', role: 'operator', devices: BROKEN.slice(0, 2) });
    await waitFor(page, '>>> tbody tr');
    const actions = await page.$$eval('>>> tbody tr', (rows) =>
      rows.map((row) => [...row.querySelectorAll('button')].map(({ dataset }) => dataset.action)),
    );
    expect(actions).toEqual([
      ['activate', 'suspend', 'terminate', 'initial-pin'],
      ['suspend', 'terminate'],
    ]);
    await page.close();
  });

  /** Opens My Devices with one failed device, and finds out for which device the wizard is opened. */
  async function openFailed(): Promise<{ page: Page; opened: () => Promise<unknown> }> {
    const failed = device('d5', 'failed', { ownerActions: ['continue', 'start-again'], certificates: [] });
    const page = await portal.open({ page: 'my-devices', role: 'user', devices: [failed] });
    await waitFor(page, '>>> [data-action=continue]');
    const wizard = await page.$('>>> cardwright-add-device');
    await wizard?.evaluate((element) => {
      const openFor = element.open.bind(element);
      element.open = (options) => {
        element.dataset.openedFor = JSON.stringify(options);
        return openFor(options);
      };
    });
    const opened = async (): Promise<unknown> => {
      await waitFor(page, '>>> cardwright-dialog h2');
      return JSON.parse((await wizard?.evaluate(({ dataset }) => dataset.openedFor)) ?? 'null');
    };
    return { page, opened };
  }

  const PREFERENCE = { prefer: { serial: '11223344', guid: '7d1a3f10-4b1f-4c39-9d5e-0e6f0a6b9b11', model: 'yubikey' } };

  it.each([
    ['Finish setup', 1, []],
    ['Start over', 2, ['POST devices/d5/start-again']],
  ])('continues by keyboard: %s opens the wizard for this very device', async (label, tabs, asked) => {
    const { page, opened } = await openFailed();
    await page.focus('>>> #add-device');
    for (let tab = 0; tab < tabs; tab += 1) await page.keyboard.press('Tab');
    expect(await focusedIn(page)).toBe(label);
    await page.keyboard.press('Enter');
    expect(await opened()).toEqual(PREFERENCE);
    expect(portal.calls.filter((call) => call.startsWith('POST'))).toEqual(asked);
    await page.close();
  });
});
