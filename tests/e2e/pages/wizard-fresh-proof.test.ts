import { describe, expect, it } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import { blankYubikey } from '../../support/device-facts.js';
import { WizardScene } from '../../support/wizard-scene.js';
import type { WizardUser } from '../../support/wizard-user.js';

const mine = blankYubikey('11223344');
const another = blankYubikey('55667788');
const WANTED = new CardwrightError('LOGIN_REQUIRED', { fresh: true });
const scene = WizardScene.forTests();

/** Changes a PIN at a CMS that asks `times` times for a fresh proof of identity. */
async function changePin({ times = 1, hasForm = true, language = 'en' } = {}): Promise<WizardUser> {
  scene.cms.goAway('operations', ...Array.from({ length: times }, () => WANTED));
  const user = await scene.arrive({ devices: [mine] }, 'cardwright-change-pin');
  await user.page.evaluate((lang) => {
    document.documentElement.lang = lang;
  }, language);
  if (hasForm) await user.page.evaluate(() => window.offerProof());
  await user.page.focus('#add');
  await user.press('Enter');
  await user.sees('prove');
  return user;
}

async function enter(user: WizardUser, password: string): Promise<void> {
  await user.page.keyboard.type(password);
  await user.press('Enter');
}

const starts = (): number => scene.cms.calls.filter((path) => path === 'operations').length;

describe('the wizard, if the CMS demands a fresh proof of identity,', () => {
  it('asks in the form of the page, with the keyboard alone, and continues by itself with the same device', async () => {
    const user = await changePin();
    await user.reads('Confirm that it’s you');
    expect(await user.focused()).toBe('Password');
    expect(await user.announced()).toContain('Confirm that it’s you');
    await enter(user, 'wrong');
    await user.page.waitForFunction(() => document.querySelector('#wrong')?.textContent === 'Wrong password');
    await user.sees('prove');
    expect(starts()).toBe(1);
    await enter(user, 'right');
    await user.sees('ready');
    expect(await user.opened()).toEqual([mine.id, mine.id]);
    expect(scene.cms.kinds).toEqual(['change-pin', 'change-pin']);
  });

  it('holds no device meanwhile, waits for the same one if it is pulled, and takes no other', async () => {
    const user = await changePin();
    expect(await user.called()).toContain('device.close');
    await user.setDevices(another);
    await enter(user, 'right');
    await user.sees('choose');
    await user.reads('is not connected');
    await user.setDevices(another, mine);
    await user.sees('ready');
    expect(await user.opened()).toEqual([mine.id, mine.id]);
  });

  it('reports that the proof was not enough, and asks again', async () => {
    const user = await changePin({ times: 2 });
    await enter(user, 'right');
    await user.reads('That isn’t enough for this device.');
    expect(await user.focused()).toBe('Password');
    await enter(user, 'right');
    await user.sees('ready');
  });

  it('leaves the focus in the form where its user has put it, whatever the wizard draws meanwhile', async () => {
    const user = await changePin();
    await user.page.keyboard.type('right');
    await user.press('Tab');
    await user.page.evaluate(async () => {
      const wizard = document.querySelector('cardwright-change-pin');
      wizard?.requestUpdate();
      await wizard?.updateComplete;
      await new Promise(requestAnimationFrame);
    });
    expect(await user.focused()).toBe('Confirm');
    await user.press('Enter');
    await user.sees('ready');
  });

  it('does not start again if the page reports a proof that was not asked for', async () => {
    const user = await scene.addDevice({ devices: [mine], held: ['pin'] }, 'cardwright-change-pin');
    await user.sees('pin');
    await user.page.evaluate(() => document.querySelector('cardwright-change-pin')?.proved());
    await user.release();
    await user.sees('ready');
    expect(starts()).toBe(1);
    expect(await user.opened()).toEqual([mine.id]);
  });

  it('stops with Cancel, which comes after the form', async () => {
    const user = await changePin();
    await user.press('Tab', 'Tab');
    expect(await user.focused()).toBe('Cancel');
    await user.press('Enter');
    await user.closes();
    expect(starts()).toBe(1);
  });

  it('asks in German', async () => {
    const user = await changePin({ language: 'de' });
    await user.reads('Bestätigen Sie, dass Sie es sind');
    expect(await user.announced()).toContain('Bestätigen Sie, dass Sie es sind');
  });

  it('sends its user to the login if the page has no form, and continues after that', async () => {
    const user = await changePin({ hasForm: false });
    await user.reads('Sign out of the portal and sign in again');
    expect(await user.focused()).toBe('Sign in');
    await Promise.all([user.page.waitForNavigation(), user.press('Enter')]);
    await user.sees('connect');
    await user.setDevices(mine);
    await user.sees('ready');
  });
});
