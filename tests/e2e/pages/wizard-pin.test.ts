import { describe, expect, it } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import { blankYubikey } from '../../support/device-facts.js';
import { WizardScene } from '../../support/wizard-scene.js';
import { thoroughIt } from '../../support/thorough.js';

const yubikey = blankYubikey('11223344');
const scene = WizardScene.forTests();

describe('the wizard, with the PIN window,', () => {
  it.each([
    ['USER_CANCELLED', 'The window was closed before you finished.'],
    ['USER_TIMEOUT', 'The window was open for too long.'],
  ] as const)('leaves a pending device if the window ends with %s, and shows why', async (code, why) => {
    const user = await scene.addDevice({ devices: [yubikey], pinError: new CardwrightError(code).toWire() });
    await user.sees('pending');
    await user.reads(`${why} You haven’t set a PIN yet`);
    expect(await user.focused()).toBe('Your device is not active yet');
    await user.reads('Set PIN now');
  });

  thoroughIt('opens the window again if it could not open, without repeating the issuance', async () => {
    const user = await scene.addDevice({
      devices: [yubikey],
      pinError: new CardwrightError('WINDOW_NOT_ALLOWED').toWire(),
    });
    await user.sees('error');
    await user.reads('Close the other window, bring this page to the front and try again.');
    expect(await user.focused()).toBe('Try again');
    scene.cms.deviceState = 'pending';
    scene.cms.calls.length = 0;
    await user.script({ pinError: null });
    await user.press('Enter');
    await user.closes();
    expect(await user.heard()).toContain('cardwright-issued');
    expect(scene.cms.calls.filter((call) => call.endsWith('/results'))).toHaveLength(1);
  });

  thoroughIt('stays where it is while the window asks again because the card refused the PIN', async () => {
    const user = await scene.addDevice({ devices: [yubikey], held: ['pin'] });
    await user.sees('pin');
    expect(await user.focused()).toBe('Enter your new PIN in the Cardwright window');
    await user.page.evaluate(() => window.extension.progress({ kind: 'command', method: 'pin.change' }));
    await user.reads('Activating your device');
    await user.page.evaluate(() => window.extension.progress({ kind: 'user', method: 'pin.change' }));
    await user.sees('pin');
    await user.reads('Enter your new PIN in the Cardwright window');
    await user.release();
    await user.closes();
    expect(await user.heard()).toContain('cardwright-issued');
  });

  thoroughIt('brings the window to the front by a button, and shows in the tab that it waits', async () => {
    const user = await scene.addDevice({ devices: [yubikey], held: ['pin'] });
    await user.sees('pin');
    await user.page.waitForFunction(() => document.title === '(!) Cardwright is waiting for you · Portal');
    await user.click('#show-window');
    await user.calls('window.show');
    await user.script({ letsShowWindow: false });
    await user.click('#show-window');
    await user.reads('Look for it behind your other windows.');
    await user.release();
    await user.sees('ready');
    expect(await user.page.title()).toBe('Portal');
  });
});
