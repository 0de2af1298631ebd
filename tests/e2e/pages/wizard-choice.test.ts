import { describe, expect, it } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import { blankPivCard, blankYubikey } from '../../support/device-facts.js';
import { WizardScene } from '../../support/wizard-scene.js';
import { everyOrNamed, everyOrSome, thoroughIt } from '../../support/thorough.js';

const yubikey = blankYubikey('11223344');
const other = blankYubikey('55667788');
const used = blankYubikey('99887766');
const scene = WizardScene.forTests();

const LOSS = 'Two certificates and their keys will be lost.';
const letErase = (): void => void scene.cms.verdicts.set(used.id, { action: 'erase', reason: LOSS });
const refuse = (id: string, reason: string): void => void scene.cms.verdicts.set(id, { action: null, reason });

describe('the choice of a device', () => {
  it('lists devices that cannot be issued with their reason, out of reach of the keyboard too', async () => {
    refuse(used.id, 'This device belongs to someone else.');
    const user = await scene.addDevice({ devices: [yubikey, used, other] });
    await user.sees('choose');
    await user.reads('This device belongs to someone else.');
    await user.press('Tab', 'Space');
    expect(await user.focused()).toContain('11223344');
    await user.press('ArrowDown');
    expect(await user.focused()).toContain('55667788');
    await user.press('ArrowDown');
    expect(await user.focused()).toContain('11223344');
  });

  it('shows on a narrow screen why a device cannot be issued, without scrolling', async () => {
    refuse(used.id, 'This device can’t be issued: its vendor is not one of those that your organisation trusts.');
    const user = await scene.addDevice({ devices: [used] }, undefined, { lang: 'de', width: 360, height: 640 });
    await user.sees('connect');
    const reason = await user.page.waitForSelector('>>> .reason');
    const footer = await user.page.waitForSelector('>>> footer');
    const [box, edge] = [await reason?.boundingBox(), await footer?.boundingBox()];
    expect((box?.y ?? Infinity) + (box?.height ?? 0)).toBeLessThanOrEqual(edge?.y ?? 0);
  });

  thoroughIt('announces to a screen reader devices that come and go, and why they cannot be issued', async () => {
    refuse(used.id, 'This device was terminated.');
    const user = await scene.addDevice({ devices: [] });
    await user.sees('connect');
    expect(await user.announced()).toBe('');
    await user.setDevices(used);
    await user.reads('terminated');
    expect(await user.announced()).toBe(`${used.modelName}: This device was terminated.`);
    await user.script({ isDeviceBusy: true });
    await user.setDevices(used, yubikey, other);
    await user.sees('choose');
    expect(await user.announced()).toBe(`2 devices to choose from. ${used.modelName}: This device was terminated.`);
  });

  thoroughIt('names the user’s own half-issued device, and continues it', async () => {
    scene.cms.verdicts.set(other.id, { action: 'continue', reason: 'Setup was interrupted.' });
    const user = await scene.addDevice({ devices: [yubikey, other] });
    await user.sees('choose');
    await user.reads('Finish setup Setup was interrupted.');
    await user.select('55667788');
    await user.press('Tab', 'Tab');
    expect(await user.focused()).toBe('Finish setup');
    await user.press('Enter');
    await user.closes();
    expect(await user.opened()).toEqual([other.id]);
  });

  thoroughIt('continues the half-issued device by itself when there is no other', async () => {
    scene.cms.verdicts.set(other.id, { action: 'continue', reason: 'Setup was interrupted.' });
    refuse(used.id, 'This device is already set up for you.');
    const user = await scene.addDevice({ devices: [used, other] });
    await user.closes();
    expect(await user.opened()).toEqual([other.id]);
  });

  thoroughIt('keeps selection and focus while devices come and go', async () => {
    const user = await scene.addDevice({ devices: [yubikey, other] });
    await user.sees('choose');
    await user.press('Tab', 'ArrowDown');
    expect(await user.focused()).toContain('55667788');
    refuse(used.id, 'This device belongs to someone else.');
    await user.setDevices(used, yubikey, other);
    await user.reads('someone else');
    expect(await user.focused()).toContain('55667788');
    await user.setDevices(other);
    await user.page.waitForFunction(() =>
      document.querySelector('cardwright-add-device')?.shadowRoot?.textContent.includes('Select it to continue'),
    );
    expect(await user.focused()).toContain('55667788');
    expect(await user.page.$$('>>> input:checked')).toHaveLength(1);
    expect(await user.page.$('>>> #next:not(:disabled)')).not.toBeNull();
  });

  thoroughIt('does not lose the focus when the device that had it is pulled', async () => {
    const user = await scene.addDevice({ devices: [yubikey, other] });
    await user.sees('choose');
    await user.press('Tab', 'ArrowDown');
    await user.setDevices(yubikey);
    await user.reads('Select it to continue');
    expect(await user.focused()).toBe('Select your device');
    await user.setDevices(yubikey, other);
    await user.reads('55667788');
    expect(await user.page.$$('>>> input:checked')).toHaveLength(1);
  });

  thoroughIt('keeps the focus in the choice when the button that had it has nothing to continue with', async () => {
    const user = await scene.addDevice({ devices: [yubikey, other] });
    await user.sees('choose');
    await user.press('Tab', 'ArrowDown', 'Tab', 'Tab');
    expect(await user.focused()).toBe('Next');
    await user.setDevices(yubikey);
    await user.reads('Select it to continue');
    expect(await user.focused()).toBe('Select your device');
  });

  thoroughIt('lets a card be selected as soon as its holder releases it', async () => {
    const held = blankPivCard('Reader A', { state: 'held' });
    refuse(held.id, 'Another program is using this device.');
    const user = await scene.addDevice({ devices: [yubikey, other, held] });
    await user.sees('choose');
    await user.reads('Another program');
    scene.cms.verdicts.clear();
    await user.setDevices(yubikey, other, { ...held, state: 'ready' });
    await user.page.waitForFunction(
      () =>
        document
          .querySelector('cardwright-add-device')
          ?.shadowRoot?.querySelector('cardwright-device-picker')
          ?.shadowRoot?.querySelectorAll('input').length === 3,
    );
    await user.select('Reader A');
    await user.click('#next');
    await user.closes();
    expect(await user.opened()).toEqual([held.id]);
  });

  thoroughIt('takes the only card by itself as soon as its holder releases it', async () => {
    refuse(yubikey.id, 'Another program is using this device.');
    const user = await scene.addDevice({ devices: [{ ...yubikey, state: 'held' }] });
    await user.sees('connect');
    await user.reads('Another program is using this device.');
    scene.cms.verdicts.clear();
    await user.setDevices(yubikey);
    await user.closes();
  });
});

describe('a device that was used before', () => {
  it('is never taken automatically, and shows the loss, and that it will be asked about again', async () => {
    letErase();
    const user = await scene.addDevice({ devices: [used] });
    await user.sees('choose');
    await user.reads(`Erase and use ${LOSS}`);
    expect(await user.page.$('>>> #next:disabled')).not.toBeNull();
    expect(await user.called()).not.toContain('device.open');
    await user.select('99887766');
    await user.reads('Cardwright will ask you to confirm before erasing.');
    await user.press('Tab', 'Tab');
    expect(await user.focused()).toBe('Erase and use …');
    await user.press('Enter');
    await user.closes();
    expect(await user.opened()).toEqual([used.id]);
  });

  thoroughIt('is not taken automatically either when the blank one beside it is pulled', async () => {
    letErase();
    const user = await scene.addDevice({ devices: [used] });
    await user.sees('choose');
    await user.setDevices(used, yubikey);
    await user.reads('Several devices are connected');
    await user.setDevices(used);
    await user.reads('Select it only if you don’t need');
    expect(await user.called()).not.toContain('device.open');
  });

  it('is left alone if a blank one is connected', async () => {
    letErase();
    const user = await scene.addDevice({ devices: [used, yubikey] });
    await user.closes();
    expect(await user.opened()).toEqual([yubikey.id]);
  });

  thoroughIt('shows that the window of the extension asks, and continues when the user confirms there', async () => {
    letErase();
    const user = await scene.addDevice({ devices: [used], held: ['authenticate'] });
    await user.select('99887766');
    await user.click('#next');
    await user.sees('erase');
    expect(await user.focused()).toBe('Confirm in the Cardwright window');
    await user.release();
    await user.closes();
    expect(await user.heard()).toContain('cardwright-issued');
  });

  thoroughIt('stays as it was when that window is closed, and can be chosen again', async () => {
    letErase();
    const user = await scene.addDevice({
      devices: [used],
      eraseError: new CardwrightError('USER_CANCELLED').toWire(),
    });
    await user.select('99887766');
    await user.click('#next');
    await user.calls('device.close');
    await user.sees('choose');
    expect(await user.page.$$('>>> input:checked')).toHaveLength(1);
    await user.script({ eraseError: null });
    await user.click('#next');
    await user.closes();
    expect(await user.opened()).toEqual([used.id, used.id]);
    expect((await user.called()).filter((method) => method === 'initialize')).toHaveLength(1);
  });

  const ERASING = [
    ['while it is erased', 'reset answered', 'Erasing your device'],
    ['when it is erased and not issued', 'reset done', 'Unlocking your device'],
  ] as const;
  it.each(everyOrSome(ERASING, ([, held]) => held === 'reset done'))(
    'is not left without a question %s',
    async (_, held, activity) => {
      letErase();
      const user = await scene.addDevice({ devices: [used], held: [held] });
      await user.select('99887766');
      await user.click('#next');
      await user.calls('step.run');
      await user.reads(activity);
      await user.sees('progress');
      await user.press('Escape');
      await user.sees('stop');
    },
  );

  it('is not left without a question while it is overwritten, if it cannot reset itself', async () => {
    letErase();
    scene.cms.writesOver = true;
    const user = await scene.addDevice({ devices: [used], held: ['authenticate'] });
    await user.select('99887766');
    await user.click('#next');
    await user.calls('step.run');
    await user.sees('progress');
    await user.press('Escape');
    await user.sees('stop');
  });

  thoroughIt(
    'stays as it was, and can be left at once, when the portal answers neither before nor after the window',
    async () => {
      letErase();
      scene.cms.goAway('operations', ...Array.from({ length: 9 }, () => new CardwrightError('CMS_UNREACHABLE')));
      const user = await scene.addDevice({ devices: [used] });
      await user.select('99887766');
      await user.click('#next');
      await user.reads('The portal does not answer. Trying again');
      await user.press('Escape');
      await user.closes();
      expect(await user.called()).not.toContain('step.run');
    },
  );

  it.each(everyOrNamed(['USER_TIMEOUT', 'WINDOW_NOT_ALLOWED'], 'USER_TIMEOUT'))(
    'is asked about again without a new choice after %s',
    async (code) => {
      letErase();
      const user = await scene.addDevice({ devices: [used], eraseError: new CardwrightError(code).toWire() });
      await user.select('99887766');
      await user.click('#next');
      await user.sees('error');
      await user.reads(code);
      await user.script({ eraseError: null });
      await user.click('#retry');
      await user.closes();
      expect(await user.opened()).toEqual([used.id, used.id]);
    },
  );
});
