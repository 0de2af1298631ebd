import { describe, expect, it } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import { blankPivCard, blankYubikey } from '../../support/device-facts.js';
import { textOf } from '../../support/page-stage.js';
import { WizardScene } from '../../support/wizard-scene.js';
import { thoroughIt } from '../../support/thorough.js';

const yubikey = blankYubikey('11223344');
const other = blankYubikey('55667788');
const left = blankPivCard('Reader A');
const right = blankPivCard('Reader B');
const PIN_CLOSED = new CardwrightError('USER_CANCELLED').toWire();
const RESULTS = 'operations/operation-1/results';

const scene = WizardScene.forTests();

declare global {
  interface Window {
    /** Lets so many seconds pass for everything that happens every second. */
    passSeconds(seconds: number): void;
  }
}

describe('the wizard', () => {
  it('issues the only device by itself, with six calls for the operation, and reports that it is ready', async () => {
    const user = await scene.addDevice({ devices: [yubikey] });
    await user.sees('ready');
    await user.reads('Your YubiKey is ready');
    await user.reads('Use it to sign in, to sign documents, and to open what is encrypted for you.');
    expect(await user.heard()).toEqual(['cardwright-issued']);
    await user.closes();
    expect(await user.heard()).toEqual(['cardwright-issued', 'cardwright-closed']);
    expect(scene.cms.calls).toEqual(['devices/eligibility', 'operations', ...Array<string>(5).fill(RESULTS)]);
    expect((await user.called()).slice(-3)).toEqual(['step.run', 'device.close', 'closed']);
    expect(await user.page.$('>>> dialog[open]')).toBeNull();
  });

  it('names only the uses of the device that it issued, according to the CMS', async () => {
    scene.cms.uses = ['sign-in'];
    const user = await scene.addDevice({ devices: [yubikey] });
    await user.sees('ready');
    await user.reads('Use it to sign in.');
  });

  thoroughIt('names no uses of a device that has no certificate for any', async () => {
    scene.cms.uses = [];
    const user = await scene.addDevice({ devices: [yubikey] });
    await user.sees('ready');
    expect(await user.page.$('>>> .hint')).toBeNull();
  });

  thoroughIt('closes by itself when it is done, but not while its user is at a button', async () => {
    const user = await scene.arrive({ devices: [yubikey] });
    // The wizard's seconds pass on the test's command.
    await user.page.evaluate(() => {
      const ticks = new Map<number, () => void>();
      let last = 0;
      Object.assign(window, {
        setInterval: (tick: () => void) => {
          last += 1;
          ticks.set(last, tick);
          return last;
        },
        clearInterval: (id: number) => ticks.delete(id),
        passSeconds: (seconds: number) => {
          for (let second = 0; second < seconds; second += 1) for (const tick of [...ticks.values()]) tick();
        },
      });
    });
    await user.page.click('#add');
    await user.sees('ready');
    await user.page.evaluate(() => window.passSeconds(9));
    await user.press('Tab');
    expect(await user.focused()).toBe('Done');
    await user.page.evaluate(() => window.passSeconds(20));
    expect(await user.heard()).toEqual(['cardwright-issued']);
    await user.page.focus('>>> h2');
    await user.page.evaluate(() => window.passSeconds(9));
    expect(await user.heard()).toEqual(['cardwright-issued']);
    await user.page.evaluate(() => window.passSeconds(1));
    await user.page.waitForFunction(() => window.heard.includes('cardwright-closed'));
  });

  thoroughIt('looks again when Refresh is pressed', async () => {
    scene.cms.refused.set(yubikey.id, 'It is not ready yet.');
    const user = await scene.addDevice({ devices: [yubikey] });
    await user.sees('connect');
    scene.cms.refused.clear();
    await user.click('#refresh');
    await user.closes();
    expect(await user.heard()).toContain('cardwright-issued');
  });

  it('takes none of two devices, distinguishes two blank cards by their reader, and issues the selected one', async () => {
    const user = await scene.addDevice({ devices: [left, right] });
    await user.sees('choose');
    expect(await user.page.$('>>> #next:disabled')).not.toBeNull();
    expect(await textOf(user.page, 'cardwright-device-picker')).toContain('In Reader B');
    expect(await user.called()).not.toContain('device.open');
    await user.select('Reader B');
    await user.script({ held: ['authenticate'] });
    await user.click('#next');
    await user.sees('progress');
    await user.release();
    await user.closes();
    const opened = await user.opened();
    expect(opened).toEqual([right.id]);
  });

  thoroughIt('does not take the last device by itself once the user was asked to choose', async () => {
    const user = await scene.addDevice({ devices: [yubikey, other] });
    await user.sees('choose');
    await user.setDevices(other);
    await user.reads('Select it to continue');
    await user.select('55667788');
    expect(await user.called()).not.toContain('device.open');
    await user.click('#next');
    await user.closes();
  });

  thoroughIt('says why a device cannot be issued, and does not let it be selected', async () => {
    scene.cms.refused.set(other.id, 'This device is already set up for you.');
    const user = await scene.addDevice({ devices: [left, right, other] });
    await user.sees('choose');
    expect(await textOf(user.page, 'cardwright-device-picker')).toContain('This device is already set up for you.');
    expect(await user.page.$$('>>> input[type=radio]')).toHaveLength(2);
  });

  thoroughIt('asks for access by itself, and again when the user wishes', async () => {
    const user = await scene.addDevice({ consent: 'needed', consentAnswer: 'needed', devices: [yubikey] });
    await user.sees('allow');
    await user.script({ consentAnswer: 'granted' });
    await user.click('#allow');
    await user.closes();
    expect((await user.called()).filter((method) => method === 'access.request')).toHaveLength(2);
  });

  it('keeps the device pending when the PIN window is closed, and offers to choose the PIN if the CMS allows it', async () => {
    const user = await scene.addDevice({ devices: [yubikey], pinError: PIN_CLOSED });
    await user.sees('pending');
    await user.reads('Set PIN now');
    expect(await user.called()).toContain('device.close');
    await user.script({ pinError: null });
    await user.click('#retry');
    await user.closes();
    expect(await user.heard()).toEqual(['cardwright-issued', 'cardwright-closed']);
  });

  it('reports that an operator has to approve a device that is not active after its PIN is set, and does not call it issued', async () => {
    scene.cms.finalState = 'awaiting-approval';
    const user = await scene.addDevice({ devices: [yubikey] });
    await user.sees('awaiting-approval');
    expect(await user.focused()).toBe('Your device waits for approval');
    await user.reads('Your PIN is set');
    expect(await user.called()).toContain('device.close');
    expect(
      await user.page.$$eval('>>> button[slot=footer]', (all) => all.map((one) => one.textContent.trim())),
    ).toEqual(['Close']);
    await user.click('#cancel');
    await user.closes();
    expect(await user.heard()).toEqual(['cardwright-closed']);
    expect(scene.cms.calls).not.toContain('operations/operation-1/cancel');
  });

  thoroughIt('offers nothing but Close where a pending device must wait for an operator', async () => {
    scene.cms.givesPinUp = true;
    const user = await scene.addDevice({ devices: [yubikey], pinError: PIN_CLOSED });
    await user.sees('pending');
    expect(await user.page.$('>>> #retry')).toBeNull();
    await user.click('#cancel');
    await user.closes();
    expect(await user.heard()).toEqual(['cardwright-closed']);
  });

  thoroughIt('continues with the same device after an error', async () => {
    scene.cms.failure = { phase: 'keys', error: new CardwrightError('CARD_REMOVED').toWire() };
    const user = await scene.addDevice({ devices: [yubikey] });
    await user.sees('error');
    expect(await textOf(user.page, 'cardwright-error-pane')).toContain('4004');
    await user.setDevices(yubikey, other);
    await user.click('#retry');
    await user.closes();
    expect(await user.opened()).toEqual([yubikey.id, yubikey.id]);
  });

  it('notices that the host has died, and continues in a new session', async () => {
    const user = await scene.addDevice({ devices: [yubikey], crashesAt: 'keys' });
    await user.sees('error');
    expect(await textOf(user.page, 'cardwright-error-pane')).toContain('HOST_CRASHED');
    await user.script({ crashesAt: null });
    await user.click('#retry');
    await user.closes();
    expect(await user.heard()).toContain('cardwright-issued');
  });

  thoroughIt('copies the details of an error without anything nested, where card data could be', async () => {
    const refused = new CardwrightError('MANAGEMENT_KEY_REFUSED', { next: { algorithm: '3DES', witness: 'c2VjcmV0' } });
    scene.cms.failure = { phase: 'authenticate', error: refused.toWire() };
    const user = await scene.addDevice({ devices: [yubikey] });
    await user.page.evaluate(() => {
      navigator.clipboard.writeText = (text) => {
        window.heard.push(text);
        return Promise.resolve();
      };
    });
    await user.sees('error');
    await user.click('#copy');
    const copied = (await user.heard()).join();
    expect(JSON.parse(copied)).toMatchObject({
      code: 'MANAGEMENT_KEY_REFUSED',
      number: 6006,
      where: 'run',
      data: {},
    });
    expect(copied).not.toContain('c2VjcmV0');
  });

  it('has the extension show what happened at an error, and says when a support file can be had again, after one within a minute', async () => {
    scene.cms.failure = { phase: 'keys', error: new CardwrightError('CARD_REMOVED').toWire() };
    const supportFileError = new CardwrightError('RATE_LIMITED').toWire();
    const user = await scene.addDevice({ devices: [yubikey], supportFileError });
    await user.sees('error');
    await user.click('#show-trace');
    await user.calls('diagnostics.showTrace');
    await user.click('#support-file');
    await user.reads('A support file was opened just now. You can open another one in a minute.');
  });

  it('offers at an error only what an older extension can do', async () => {
    scene.cms.failure = { phase: 'keys', error: new CardwrightError('CARD_REMOVED').toWire() };
    const older = await scene.addDevice({ devices: [yubikey], capabilities: ['session', 'device', 'step', 'support'] });
    await older.sees('error');
    expect(await older.page.$('>>> #support-file')).not.toBeNull();
    expect(await older.page.$('>>> #show-trace')).toBeNull();
  });

  it('can be used from beginning to end with the keyboard alone', async () => {
    const user = await scene.arrive({ devices: [], held: ['authenticate'] });
    await user.press('Tab', 'Enter');
    await user.sees('connect');
    expect(await user.focused()).toBe('Connect your device');
    await user.setDevices(left, right);
    await user.sees('choose');
    expect(await user.focused()).toBe('Select your device');
    await user.press('Tab', 'ArrowDown', 'Tab', 'Tab');
    expect(await user.focused()).toBe('Next');
    await user.press('Enter');
    await user.sees('progress');
    expect(await user.focused()).toBe('Setting up your device');
    await user.calls('step.run');
    await user.press('Escape');
    await user.closes();
    expect(scene.cms.calls.at(-1)).toBe('operations/operation-1/cancel');
    expect(await user.opened()).toEqual([right.id]);
    expect(await user.focused()).toBe('Add Device');
  });
});
