import { describe, expect, it } from '@jest/globals';
import type { Page } from 'puppeteer-core';
import { waitFor } from '../../support/page-stage.js';
import { BROKEN, UNAPPROVED, device } from '../../support/portal-devices.js';
import { PortalPages, focusedIn } from '../../support/portal-pages.js';

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

  it.each<[string, string[]]>([
    [
      'en',
      [
        `No PIN was set. | Ask your help desk to activate the device. Until then you can’t use it. | ${HELP_DESK}`,
        'Only your PIN is left. | Connect the device and choose “Finish setup”. You can’t use it until you set a PIN. | Finish setup',
        `The device was suspended on Nov 27, 2026. | Ask your help desk to resume it. Until then you can’t use it. | ${HELP_DESK}`,
        'Setup failed. The certification authority refused a certificate. | Reconnect to continue, or start over (this erases the device). | Finish setup | Start over',
        'Setup failed. It was cancelled before it was finished. | Connect the device and choose “Finish setup”. | Finish setup',
        'Setup is not finished. The device was removed. | Connect the device and choose “Finish setup”: what is done already is kept. | Finish setup',
        'Setup is not finished. | Connect the device and choose “Finish setup”: what is done already is kept. | Finish setup',
      ],
    ],
    [
      'de',
      [
        `Es wurde keine PIN festgelegt. | Bitten Sie Ihren Helpdesk, das Gerät zu aktivieren. Bis dahin können Sie es nicht verwenden. | ${HELP_DESK}`,
        'Es fehlt nur noch Ihre PIN. | Schließen Sie das Gerät an, und wählen Sie „Einrichtung abschließen“. Vorher können Sie es nicht verwenden. | Einrichtung abschließen',
        `Das Gerät wurde am 27.11.2026 vorübergehend gesperrt. | Bitten Sie Ihren Helpdesk, die Sperre aufzuheben. Bis dahin können Sie es nicht verwenden. | ${HELP_DESK}`,
        'Die Einrichtung ist fehlgeschlagen. Die Zertifizierungsstelle hat ein Zertifikat abgelehnt. | Schließen Sie es wieder an, um fortzufahren, oder beginnen Sie neu (dabei wird es gelöscht). | Einrichtung abschließen | Neu beginnen',
        'Die Einrichtung ist fehlgeschlagen. Sie wurde abgebrochen, bevor sie abgeschlossen war. | Schließen Sie das Gerät an, und wählen Sie „Einrichtung abschließen“. | Einrichtung abschließen',
        'Die Einrichtung ist nicht abgeschlossen. Das Gerät wurde entfernt. | Schließen Sie das Gerät an, und wählen Sie „Einrichtung abschließen“: Was schon getan ist, bleibt erhalten. | Einrichtung abschließen',
        'Die Einrichtung ist nicht abgeschlossen. | Schließen Sie das Gerät an, und wählen Sie „Einrichtung abschließen“: Was schon getan ist, bleibt erhalten. | Einrichtung abschließen',
      ],
    ],
  ])('explains in %s what happened, and has the actions to continue', async (language, expected) => {
    const page = await portal.open({ page: 'my-devices', language, role: 'user', devices: BROKEN });
    await waitFor(page, '>>> article');
    expect(await advice(page)).toEqual(expected);
    expect(await page.evaluate(() => [document.documentElement.lang, document.title])).toEqual(
      language === 'en' ? ['en', 'My Devices · Cardwright'] : ['de', 'Meine Geräte · Cardwright'],
    );
  });

  it.each<[string, string[]]>([
    [
      'en',
      [
        'The device waits for approval: your help desk checks every device of this kind. | There is nothing for you to do: your PIN is set. You can use the device once your help desk has approved it.',
        `Setup waits for approval: the device could not prove what it is. | Ask your help desk to approve it. Then connect the device and choose “Finish setup”. What is done already is kept. | ${HELP_DESK} | Finish setup`,
        'Your help desk approved the setup. It is not finished yet. | Connect the device and choose “Finish setup”. | Finish setup',
        `Your help desk declined the device: “Not a card of ours.” | Ask your help desk what to do, or use another device. | ${HELP_DESK}`,
        `Setup failed. The key in this slot can't sign. | Use another device, or ask your help desk for another attempt. | ${HELP_DESK}`,
      ],
    ],
    [
      'de',
      [
        'Das Gerät wartet auf die Genehmigung: Ihr Helpdesk prüft jedes Gerät dieser Art. | Sie müssen nichts tun: Ihre PIN ist festgelegt. Sobald Ihr Helpdesk das Gerät genehmigt hat, können Sie es verwenden.',
        `Die Einrichtung wartet auf die Genehmigung: Das Gerät konnte nicht nachweisen, was es ist. | Bitten Sie Ihren Helpdesk um die Genehmigung. Schließen Sie dann das Gerät an, und wählen Sie „Einrichtung abschließen“. Was schon getan ist, bleibt erhalten. | ${HELP_DESK} | Einrichtung abschließen`,
        'Ihr Helpdesk hat die Einrichtung genehmigt. Sie ist noch nicht abgeschlossen. | Schließen Sie das Gerät an, und wählen Sie „Einrichtung abschließen“. | Einrichtung abschließen',
        `Ihr Helpdesk hat das Gerät abgelehnt: „Not a card of ours.“ | Fragen Sie Ihren Helpdesk, was zu tun ist, oder verwenden Sie ein anderes Gerät. | ${HELP_DESK}`,
        `Die Einrichtung ist fehlgeschlagen. Der Schlüssel in diesem Slot kann nicht signieren. | Verwenden Sie ein anderes Gerät, oder bitten Sie Ihren Helpdesk um einen neuen Versuch. | ${HELP_DESK}`,
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
      expect(serials).toEqual(['10047', '10048', '10049', '10050', '10052'].map((serial) => `${serial} (${word})`));
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

  // The first press of Tab leads to Rename, in the head of the card.
  it.each([
    ['Finish setup', 2, []],
    ['Start over', 3, ['POST devices/d5/start-again']],
  ])('continues by keyboard: %s opens the wizard for this very device', async (label, tabs, asked) => {
    const { page, opened } = await openFailed();
    await page.focus('>>> #add-device');
    for (let tab = 0; tab < tabs; tab += 1) await page.keyboard.press('Tab');
    expect(await focusedIn(page)).toBe(label);
    await page.keyboard.press('Enter');
    expect(await opened()).toEqual(PREFERENCE);
    expect(portal.calls.filter((call) => call.startsWith('POST'))).toEqual(asked);
  });
});
