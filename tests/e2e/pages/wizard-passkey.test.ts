import { describe, expect, it } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import { blankSecurityKey, blankYubikey, freshFido } from '../../support/device-facts.js';
import { FIDO_PIN_STAGE, FIDO_RESET_STAGE, passkeyStage } from '../../support/scripted-stages.js';
import { everyOrSome, thoroughIt } from '../../support/thorough.js';
import { WizardScene } from '../../support/wizard-scene.js';
import type { WizardUser } from '../../support/wizard-user.js';

const yubikey = blankYubikey('11223344', { applications: ['piv', 'fido2'], fido2: freshFido() });
const key = blankSecurityKey('Security Key 01');
const scene = WizardScene.forTests();

/** Lets the wizard continue to the next point that the script holds. */
const continueTo = async (user: WizardUser, ...held: readonly string[]): Promise<void> => {
  await user.page.evaluate(
    (next) => {
      window.extension.release();
      window.extension.script.held = next;
    },
    [...held],
  );
};
const title = (user: WizardUser): Promise<string> => user.page.title();
const hasButton = (user: WizardUser, id: string): Promise<boolean> =>
  user.page.$(`>>> button#${id}`).then((button) => button !== null);

describe('the wizard, for a passkey,', () => {
  it('asks for FIDO PIN in the window, a touch, then the device PIN, each by name, if the host makes it', async () => {
    scene.cms.passkeyStages = [FIDO_PIN_STAGE, passkeyStage('host', 'separate')];
    const user = await scene.addDevice({
      devices: [yubikey],
      held: ['fido.setPin user', 'fido.createCredential touch', 'pin'],
    });
    await user.sees('passkey-choose-fido-pin');
    expect(await user.focused()).toBe('Choose your FIDO PIN in the Cardwright window');
    await user.reads('FIDO PIN For signing in with your passkey. Device PIN For everything else.');
    expect(await user.step()).toBe('Set Up Device');
    await user.page.waitForFunction(() => document.title.startsWith('(!)'));
    await user.click('#show-window');
    await user.calls('window.show');
    await continueTo(user, 'fido.createCredential touch', 'pin');
    await user.sees('passkey-touch');
    expect(await user.focused()).toBe('Touch your security key');
    expect(await hasButton(user, 'show-window')).toBe(false);
    expect(await title(user)).toMatch(/^\(!\)/);
    await continueTo(user, 'pin');
    await user.sees('pin');
    expect(await user.step()).toBe('Change PIN');
    await user.reads('It is for everything but your passkey, which keeps its FIDO PIN.');
    await user.release();
    await user.sees('ready');
    await user.reads('Its passkey signs you in to Microsoft without a password.');
    await user.reads('Remember both PINs');
    expect(await title(user)).toBe('Portal');
  });

  it('explains that the temporary PIN is typed, and that the last PIN is for all, if the browser makes it', async () => {
    scene.cms.passkeyStages = [passkeyStage('window', 'shared')];
    const user = await scene.addDevice({ devices: [yubikey], held: ['fido.createCredential user', 'pin'] });
    await user.sees('passkey-temporary-pin');
    await user.reads('The Cardwright window shows the temporary PIN. Choose “Continue” there.');
    await user.reads('Leave the small window open that appears then: it closes by itself.');
    await user.click('#show-window');
    await user.calls('window.show');
    await continueTo(user, 'pin');
    await user.sees('pin');
    await user.reads('This PIN is for everything, your passkey included.');
    await user.release();
    await user.sees('ready');
    await user.reads('Remember your PIN');
  });

  thoroughIt('names the FIDO PIN if the browser makes the passkey with a PIN of its own', async () => {
    scene.cms.passkeyStages = [passkeyStage('page', 'separate')];
    const user = await scene.addDevice({ devices: [yubikey], held: ['fido.createCredential user'] });
    await user.sees('passkey-browser');
    await user.reads('Your browser then creates your passkey for Microsoft:');
    await user.reads('FIDO PIN For signing in with your passkey.');
    expect(await title(user)).toMatch(/^\(!\)/);
    await user.release();
    await user.sees('ready');
  });

  it('has the user confirm a reset, remove the key and insert it again', async () => {
    scene.cms.passkeyStages = [FIDO_RESET_STAGE, FIDO_PIN_STAGE, passkeyStage('host', 'separate')];
    const later = ['fido.setPin user'];
    const user = await scene.addDevice({ devices: [yubikey], held: ['fido.reset user'] });
    await user.sees('passkey-reset-fido');
    await user.reads('whether the passkeys on this device may be erased');
    await continueTo(user, 'fido.reset reinsert');
    await user.sees('passkey-reinsert');
    await continueTo(user, 'fido.reset touch');
    await user.sees('passkey-hold');
    await continueTo(user, ...later);
    await user.sees('passkey-choose-fido-pin');
  });

  const AWAY = [
    ['fido.reset reinsert', 'reinsert', [FIDO_RESET_STAGE]],
    ['fido.createCredential user', 'browser', [passkeyStage('window', 'separate')]],
  ] as const;
  it.each(everyOrSome(AWAY, ([, pane]) => pane === 'reinsert'))(
    'stays where it is while the device is away: %s',
    async (held, pane, stages) => {
      scene.cms.passkeyStages = stages;
      const user = await scene.addDevice({ devices: [yubikey], held: [held] });
      await user.sees(`passkey-${pane}`);
      const seen = await user.page.evaluateHandle(() => {
        const dialog = document.querySelector('cardwright-add-device')?.shadowRoot?.querySelector('cardwright-dialog');
        const panes: unknown[] = [];
        const note = (): unknown => panes.push(dialog?.dataset.pane);
        if (dialog) new MutationObserver(note).observe(dialog, { attributes: true, attributeFilter: ['data-pane'] });
        return panes;
      });
      await user.setDevices();
      await user.setDevices(yubikey);
      expect(await seen.jsonValue()).toEqual([]);
      await user.release();
      await user.sees('ready');
      const panes = await seen.jsonValue();
      expect(panes.filter((one) => !/^(?:passkey-.*|progress|pin|ready)$/.test(String(one)))).toEqual([]);
    },
  );

  const RETRIED = [
    new CardwrightError('TOUCH_TIMEOUT'),
    new CardwrightError('PASSKEY_NOT_COMPLETED'),
    new CardwrightError('FIDO_PIN_INCORRECT', { retriesLeft: 5 }),
  ];
  it.each(everyOrSome(RETRIED, (_, index) => index === 0))(
    'tries again with the same device after $code',
    async (error) => {
      scene.cms.passkeyStages = [passkeyStage('host', 'separate')];
      const other = blankYubikey('55667788');
      const user = await scene.addDevice({
        devices: [yubikey],
        fidoErrors: { 'fido.createCredential': error.toWire() },
      });
      await user.sees('error');
      await user.reads(error.code);
      expect(await user.focused()).toBe('Try again');
      await user.script({ fidoErrors: {} });
      await user.setDevices(other, yubikey);
      await user.press('Enter');
      await user.sees('ready');
      expect(await user.opened()).toEqual([yubikey.id, yubikey.id]);
    },
  );

  thoroughIt('offers another device if this one has a passkey already', async () => {
    scene.cms.passkeyStages = [passkeyStage('host', 'separate')];
    const error = new CardwrightError('PASSKEY_EXISTS', {}).toWire();
    const user = await scene.addDevice({ devices: [yubikey], fidoErrors: { 'fido.createCredential': error } });
    await user.sees('error');
    expect(await user.focused()).toBe('Choose a device');
  });

  thoroughIt('waits while the service is away, and says so', async () => {
    scene.cms.passkeyStages = [passkeyStage('host', 'separate')];
    const user = await scene.addDevice({ devices: [yubikey], held: ['fido.createCredential touch'] });
    await user.sees('passkey-touch');
    const away = (): CardwrightError => new CardwrightError('PASSKEY_SERVICE_UNAVAILABLE', { service: 'entra' });
    scene.cms.goAway('results', away(), away());
    await user.release();
    await user.reads('The passkey service does not answer. Trying again …');
    await user.sees('ready');
  });
});

describe('a security key with only FIDO', () => {
  it('is issued with its passkey, and has one PIN', async () => {
    scene.cms.hasPasskeysAlone = true;
    scene.cms.passkeyStages = [FIDO_PIN_STAGE, passkeyStage('host', 'separate')];
    const user = await scene.addDevice({ devices: [key], held: ['fido.setPin user'] });
    await user.sees('passkey-choose-fido-pin');
    expect(await user.page.$('>>> .pins')).toBeNull();
    await user.release();
    await user.sees('ready');
    await user.reads('Remember your FIDO PIN');
    await user.closes();
    expect(await user.heard()).toContain('cardwright-issued');
  });

  thoroughIt('is tried again in its reader, where it is another device to the host', async () => {
    scene.cms.hasPasskeysAlone = true;
    scene.cms.passkeyStages = [passkeyStage('host', 'separate')];
    const error = new CardwrightError('TOUCH_TIMEOUT').toWire();
    const user = await scene.addDevice({ devices: [key], fidoErrors: { 'fido.createCredential': error } });
    await user.sees('error');
    await user.script({ fidoErrors: {} });
    const again = blankSecurityKey(key.reader, { id: 'provisional again' });
    await user.setDevices(blankSecurityKey('Security Key 02'), again);
    await user.press('Enter');
    await user.sees('ready');
    expect(await user.opened()).toEqual([key.id, again.id]);
  });
});
