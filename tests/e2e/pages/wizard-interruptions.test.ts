import { describe, expect, it } from '@jest/globals';
import { CardwrightError, type ErrorCode } from '@cardwright/protocol';
import type { Dialog } from 'puppeteer-core';
import { blankPivCard, blankYubikey } from '../../support/device-facts.js';
import { textOf } from '../../support/page-stage.js';
import { WizardScene } from '../../support/wizard-scene.js';
import type { WizardUser } from '../../support/wizard-user.js';
import { everyOrNamed, thoroughIt } from '../../support/thorough.js';

const yubikey = blankYubikey('11223344');
const other = blankYubikey('55667788');
const card = blankPivCard('Reader A');
const scene = WizardScene.forTests();

const CANCEL = 'operations/operation-1/cancel';
const failAt = (error: CardwrightError): void => {
  scene.cms.failure = { phase: 'keys', error: error.toWire() };
};
const buttons = (user: WizardUser): Promise<string[]> =>
  user.page.$$eval('>>> button[slot=footer]', (all) => all.map(({ textContent }) => textContent.trim()));

describe('an interrupted issuance', () => {
  const CODES: readonly ErrorCode[] = [
    'CARD_REMOVED',
    'CARD_MUTE',
    'HOST_CRASHED',
    'EXTENSION_LOST',
    'CA_UNAVAILABLE',
    'CA_REFUSED',
  ];
  it.each(everyOrNamed(CODES, 'CARD_REMOVED', 'CA_REFUSED'))(
    'offers two ways to continue after %s: with the same device, and from the choice',
    async (code) => {
      failAt(
        code === 'CA_REFUSED'
          ? new CardwrightError(code, { reason: 'No.' })
          : CardwrightError.fromWire({
              code: 0,
              message: '',
              data: { name: code },
            }),
      );
      const user = await scene.addDevice({ devices: [yubikey] });
      await user.sees('error');
      await user.reads(code);
      const isForHelpDesk = code === 'CA_REFUSED';
      expect(await buttons(user)).toEqual([isForHelpDesk ? 'Close' : 'Cancel', 'Choose a device', 'Try again']);
      expect(await user.focused()).toBe(isForHelpDesk ? 'Copy details' : 'Try again');
      await user.click('#choose-again');
      await user.sees('choose');
      expect(await user.opened()).toEqual([yubikey.id]);
    },
  );

  it('can be left and continued if an operator has to approve it first; closing the window cancels nothing', async () => {
    failAt(new CardwrightError('APPROVAL_NEEDED'));
    const user = await scene.addDevice({ devices: [yubikey] });
    await user.sees('error');
    await user.reads('Your help desk has to approve this first.');
    await user.reads('you can close this window and continue later');
    expect(await buttons(user)).toEqual(['Close', 'Choose a device', 'Try again']);
    await user.click('#cancel');
    await user.closes();
    expect(scene.cms.calls).not.toContain(CANCEL);
  });

  it('waits for the same device, names it, takes no other, and continues as soon as it is there', async () => {
    const user = await scene.addDevice({ devices: [yubikey], pulledAt: 'keys' });
    await user.sees('error');
    await user.script({ pulledAt: null });
    await user.setDevices();
    await user.click('#retry');
    await user.sees('connect');
    await user.reads('Connect this device');
    await user.reads('YubiKey · Serial number 11223344');
    await user.setDevices(other);
    await user.sees('choose');
    await user.reads('YubiKey · Serial number 11223344 is not connected.');
    expect(await user.opened()).toEqual([yubikey.id]);
    await user.setDevices(other, yubikey);
    await user.closes();
    expect(await user.opened()).toEqual([yubikey.id, yubikey.id]);
  });

  thoroughIt('recognises a card without a serial number by the GUID that it got meanwhile', async () => {
    const named = { ...card, id: 'guid 1', provisional: false, guid: '00000000-0000-4000-8000-000000000001' };
    const blank = blankPivCard('Reader B');
    scene.cms.verdicts.set(named.id, { action: 'continue', reason: 'Setup was interrupted.' });
    const user = await scene.addDevice({ devices: [card], pulledAt: 'keys' });
    await user.sees('error');
    await user.script({ pulledAt: null });
    await user.setDevices(blank);
    await user.click('#retry');
    await user.sees('choose');
    await user.reads('PIV smart card · last in Reader A is not connected.');
    await user.setDevices(blank, named);
    await user.closes();
    expect(await user.opened()).toEqual([card.id, named.id]);
  });

  it('asks the user rather than confuse another blank card in the same reader with it', async () => {
    const user = await scene.addDevice({ devices: [card], pulledAt: 'keys' });
    await user.sees('error');
    await user.script({ pulledAt: null });
    await user.click('#retry');
    await user.sees('choose');
    expect(await user.opened()).toEqual([card.id]);
  });

  thoroughIt('keeps the chosen device when it is busy, and tries again with it', async () => {
    const user = await scene.addDevice({
      devices: [yubikey, other],
      openError: new CardwrightError('DEVICE_BUSY').toWire(),
    });
    await user.select('55667788');
    await user.click('#next');
    await user.sees('error');
    expect(await buttons(user)).toEqual(['Cancel', 'Choose a device', 'Try again']);
    await user.script({ openError: null });
    await user.click('#retry');
    await user.closes();
    expect(await user.opened()).toEqual([other.id]);
  });

  thoroughIt('says that another program has the device while it waits for it', async () => {
    const user = await scene.addDevice({ devices: [yubikey], isDeviceBusy: true });
    await user.sees('progress');
    await user.reads('Another program is using this device. Waiting …');
    await user.release();
    await user.closes();
  });

  it('reports that the portal does not answer, and continues when it does', async () => {
    scene.cms.goAway('results', ...Array<CardwrightError>(3).fill(new CardwrightError('CMS_UNREACHABLE')));
    const user = await scene.addDevice({ devices: [yubikey] });
    await user.reads('The portal does not answer. Trying again …');
    await user.closes();
    expect(await user.heard()).toContain('cardwright-issued');
  });

  thoroughIt('ends at once when it is cancelled while the portal does not answer', async () => {
    scene.cms.goAway('results', ...Array<CardwrightError>(20).fill(new CardwrightError('CA_UNAVAILABLE')));
    const user = await scene.addDevice({ devices: [yubikey] });
    await user.reads('The certification authority does not answer. Trying again …');
    await user.press('Escape');
    await user.closes();
    const calls = scene.cms.calls.length;
    // Longer than the pause before the next try; there is no event to wait for.
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(scene.cms.calls).toHaveLength(calls);
  });

  thoroughIt('reports that another tab has taken it over, and takes it back', async () => {
    scene.cms.goAway('results', new CardwrightError('OPERATION_MOVED'));
    const user = await scene.addDevice({ devices: [yubikey] });
    await user.sees('error');
    await user.reads('another tab');
    expect(await buttons(user)).toEqual(['Close', 'Continue here']);
    await user.click('#retry');
    await user.closes();
    expect(await user.heard()).toContain('cardwright-issued');
  });
});

describe('a device that the page prefers', () => {
  const prefer = (user: WizardUser, serial: string | null, guid: string | null = null): Promise<void> =>
    user.page.evaluate(
      (one, two) =>
        document
          .querySelector('cardwright-add-device')
          ?.open({ prefer: { serial: one, guid: two, model: one === null ? 'piv' : 'yubikey' } }),
      serial,
      guid,
    );

  it('is waited for and taken, whatever else is connected', async () => {
    const user = await scene.arrive({ devices: [other] });
    await prefer(user, '11223344');
    await user.sees('choose');
    await user.reads('Serial number 11223344 is not connected.');
    await user.setDevices(other, yubikey);
    await user.closes();
    expect(await user.opened()).toEqual([yubikey.id]);
  });

  thoroughIt('is recognised by its GUID if it has no serial number', async () => {
    const guid = '00000000-0000-4000-8000-000000000001';
    const named = { ...card, id: `guid ${guid}`, provisional: false, guid };
    const user = await scene.arrive({ devices: [] });
    await prefer(user, null, guid);
    await user.sees('connect');
    await user.reads('Your unfinished device');
    await user.setDevices(blankPivCard('Reader B'), named);
    await user.closes();
    expect(await user.opened()).toEqual([named.id]);
  });

  it('is not erased because the page prefers it', async () => {
    scene.cms.verdicts.set(yubikey.id, { action: 'erase', reason: 'Everything on it will be lost.' });
    const user = await scene.arrive({ devices: [yubikey] });
    await prefer(user, '11223344');
    await user.sees('choose');
    await user.reads('Everything on it will be lost.');
    expect(await textOf(user.page, 'cardwright-add-device')).not.toContain('not connected');
    expect(await user.called()).not.toContain('device.open');
  });

  thoroughIt('is not asked for when it is there and cannot be issued', async () => {
    scene.cms.refused.set(yubikey.id, 'This device was terminated.');
    const user = await scene.arrive({ devices: [yubikey] });
    await prefer(user, '11223344');
    await user.sees('connect');
    await user.reads('This device was terminated.');
    await user.reads('Connect your device');
  });
});

describe('Cancel', () => {
  it('asks first once something may have been applied; continuing is the default', async () => {
    const user = await scene.addDevice({ devices: [yubikey], held: ['keys'] });
    await user.reads('Creating keys');
    await user.click('#cancel');
    await user.sees('stop');
    await user.reads('Stop setting up?');
    expect(await user.focused()).toBe('Keep going');
    expect(scene.cms.calls).not.toContain(CANCEL);
    await user.press('Enter');
    await user.sees('progress');
    // At once: Chromium lets a page prevent only the first of several Escapes, unless the user acts in between.
    await user.press('Escape', 'Escape');
    await user.sees('progress');
    await user.press('Escape', 'Escape', 'Escape');
    await user.sees('stop');
    await user.press('Escape');
    await user.sees('progress');
    expect(await user.focused()).toBe('Setting up your device');
    await user.release();
    await user.closes();
    expect(await user.heard()).toContain('cardwright-issued');
  });

  thoroughIt('asks first whenever a half-issued device is continued, however early', async () => {
    scene.cms.verdicts.set(yubikey.id, { action: 'continue', reason: 'Setup was interrupted.' });
    const user = await scene.addDevice({ devices: [yubikey], held: ['authenticate'] });
    await user.calls('step.run');
    await user.press('Escape');
    await user.sees('stop');
    expect(scene.cms.calls).not.toContain(CANCEL);
  });

  thoroughIt('explains the consequence if only the PIN is missing', async () => {
    const user = await scene.addDevice({ devices: [yubikey], held: ['pin'] });
    await user.sees('pin');
    await user.press('Escape');
    await user.sees('stop');
    await user.reads('Only your PIN is left. You can’t use the device until you set one.');
  });

  thoroughIt('does not cancel an operation that another session continues', async () => {
    const user = await scene.addDevice({ devices: [yubikey], held: ['keys'] });
    await user.reads('Creating keys');
    scene.cms.session = 'A'.repeat(43);
    await user.press('Escape');
    await user.click('#stop');
    await user.closes();
    expect(scene.cms.calls.at(-1)).toBe(CANCEL);
    expect(scene.cms.state).toBe('running');
  });

  thoroughIt('stops asking when the issuance has ended meanwhile', async () => {
    const user = await scene.addDevice({ devices: [yubikey], held: ['keys'] });
    await user.reads('Creating keys');
    await user.press('Escape');
    await user.sees('stop');
    failAt(new CardwrightError('CARD_REMOVED'));
    await user.release();
    await user.sees('error');
  });
});

describe('a page that is left', () => {
  const asked = async (user: WizardUser): Promise<boolean> => {
    let type = '';
    const answer = (dialog: Dialog): void => {
      type = dialog.type();
      void dialog.accept();
    };
    user.page.on('dialog', answer);
    await Promise.all([user.page.waitForNavigation(), user.page.reload()]);
    user.page.off('dialog', answer);
    return type === 'beforeunload';
  };

  it('asks first while a device is issued, and not before', async () => {
    const user = await scene.addDevice({ devices: [], held: ['keys'] });
    await user.sees('connect');
    expect(await asked(user)).toBe(false);
    await user.page.click('#add');
    await user.sees('connect');
    await user.setDevices(yubikey);
    await user.sees('progress');
    expect(await asked(user)).toBe(true);
  });

  thoroughIt('asks nothing after that', async () => {
    const user = await scene.addDevice({ devices: [yubikey] });
    await user.closes();
    expect(await asked(user)).toBe(false);
  });
});
