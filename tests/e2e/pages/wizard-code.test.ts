import { describe, expect, it } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import { findAccessibilityFaults } from '../../support/accessibility.js';
import { blankYubikey } from '../../support/device-facts.js';
import type { WizardUser } from '../../support/wizard-user.js';
import { WizardScene } from '../../support/wizard-scene.js';

const CODE = '40718293';
const blocked = blankYubikey('11223344', { pin: { retriesLeft: 0, blocked: true, isDefault: false } });
const another = blankYubikey('55667788');
const scene = WizardScene.forTests();

/** Opens the wizard for a forgotten PIN, with a CMS that demands an operator's code. */
async function unlock(lang = 'en'): Promise<WizardUser> {
  scene.cms.code = CODE;
  const user = await scene.addDevice({ devices: [blocked] }, 'cardwright-unlock', { lang });
  await user.sees('code');
  return user;
}

const type = (user: WizardUser, code: string): Promise<void> => user.page.keyboard.type(code);

describe('the wizard, if the CMS demands a one-time code,', () => {
  it('shows whom to call, has the focus in the field, and continues with the same device on Enter', async () => {
    const user = await unlock();
    await user.reads('Call your help desk and ask for a one-time code for this device.');
    await user.reads('IT Service Desk');
    expect(await user.step()).toBe('New PIN');
    expect(await user.page.$$eval('>>> .help-desk a', (all) => all.map(({ textContent }) => textContent))).toContain(
      '+49 89 1234-0',
    );
    expect(await user.announced()).toContain('Enter your one-time code');
    await type(user, '4071 8293');
    await user.press('Enter');
    await user.sees('ready');
    expect(scene.cms.codes).toEqual([null, CODE]);
    expect(await user.opened()).toEqual([blocked.id, blocked.id]);
  });

  it('shows the remaining tries, and takes the next code with its button', async () => {
    const user = await unlock();
    await type(user, '11111111');
    await user.press('Enter');
    await user.reads('That code isn’t right. 4 attempts are left.');
    await user.sees('code');
    expect(await user.announced()).toContain('4 attempts are left');
    expect(await user.page.$eval('>>> #one-time-code', (field) => field.getAttribute('aria-invalid'))).toBe('true');
    await type(user, CODE);
    await user.click('#send-code');
    await user.sees('ready');
    expect(scene.cms.codes).toEqual([null, '11111111', CODE]);
  });

  it('explains that only a new code helps if none is valid', async () => {
    const user = await unlock();
    scene.cms.codeTries = null;
    await type(user, '11111111');
    await user.press('Enter');
    await user.reads('That code can’t be used. Ask your help desk for a new one.');
  });

  it('sends nothing without an entry, and closes with Escape', async () => {
    const user = await unlock();
    await user.press('Enter');
    await user.press('Escape');
    await user.closes();
    expect(scene.cms.codes).toEqual([null]);
  });

  it('sends the code again if the same device continues, and never for another one', async () => {
    const removed = { phase: 'device-proof', error: new CardwrightError('CARD_REMOVED').toWire() };
    scene.cms.failure = removed;
    const user = await unlock();
    await type(user, CODE);
    await user.press('Enter');
    await user.sees('error');
    scene.cms.failure = removed;
    await user.click('#retry');
    await user.calls('step.run');
    await user.sees('error');
    await user.setDevices(another);
    await user.click('#choose-again');
    await user.select('55667788');
    await user.click('#next');
    await user.sees('code');
    expect(scene.cms.codes).toEqual([null, CODE, CODE, null]);
  });

  it('asks in German too, and is accessible', async () => {
    const user = await unlock('de');
    await user.reads('Geben Sie Ihren Einmalcode ein');
    expect(await findAccessibilityFaults(user.page)).toEqual([]);
    await type(user, '11111111');
    await user.press('Enter');
    await user.reads('4 Versuche bleiben übrig.');
    expect(await findAccessibilityFaults(user.page)).toEqual([]);
  });
});
