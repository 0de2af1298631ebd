import { describe, expect, it } from '@jest/globals';
import { CardwrightError, type ErrorCode } from '@cardwright/protocol';
import { blankYubikey } from '../../support/device-facts.js';
import { textOf, waitFor } from '../../support/page-stage.js';
import type { Script } from '../../support/wizard-page/scripted-extension.js';
import { WizardScene } from '../../support/wizard-scene.js';

const mine = blankYubikey('11223344');
const another = blankYubikey('55667788');
const scene = WizardScene.forTests();

/** Someone opens the wizard that changes a PIN. */
const changePin = (script: Partial<Script>) => scene.addDevice(script, 'cardwright-change-pin');

describe('the wizard that changes a PIN', () => {
  it('has three steps, waits for the window, and says that the PIN is changed', async () => {
    const user = await changePin({ devices: [mine], held: ['pin'] });
    await user.sees('pin');
    await user.reads('Enter your PIN and a new one in the Cardwright window');
    const steps = await user.page.$$eval('>>> cardwright-stepper >>> .label', (all) =>
      all.map(({ textContent }) => textContent.trim()),
    );
    expect(steps.map((step) => step.replace(/\s*, done$/, ''))).toEqual([
      'Check Computer',
      'Check Device',
      'Change PIN',
    ]);
    await waitFor(user.page, '>>> #show-window');
    await user.release();
    await user.sees('ready');
    await user.reads('Your PIN is changed');
    await user.closes();
    expect(await user.heard()).toEqual(['cardwright-pin-changed', 'cardwright-closed']);
    expect(scene.cms.kinds).toEqual(['change-pin']);
  });

  it('names a device that is not the user’s, with the reason, and continues by itself when the right one comes', async () => {
    scene.cms.refused.set(another.id, 'This device belongs to someone else.');
    const user = await changePin({ devices: [another] });
    await user.sees('connect');
    const words = await textOf(user.page, 'cardwright-device-picker');
    expect(words).toContain('This device belongs to someone else.');
    await user.reads('Connected, but its PIN can’t be changed here');
    await user.setDevices(another, mine);
    await user.sees('ready');
    expect(await user.opened()).toEqual([mine.id]);
  });

  it('lets the user choose among several', async () => {
    const user = await changePin({ devices: [mine, another] });
    await user.select('55667788');
    await user.click('#next');
    await user.sees('ready');
    expect(await user.opened()).toEqual([another.id]);
  });

  it('closes at once when it is cancelled at the window: the device stays as it is', async () => {
    const user = await changePin({ devices: [mine], held: ['pin'] });
    await user.sees('pin');
    await user.press('Escape');
    await user.release();
    await user.closes();
    expect(scene.cms.state).toBe('cancelled');
  });

  it.each<[ErrorCode, CardwrightError, string]>([
    ['PIN_INCORRECT', new CardwrightError('PIN_INCORRECT', { retriesLeft: 1 }), 'That PIN is incorrect.'],
    ['USER_CANCELLED', new CardwrightError('USER_CANCELLED'), 'USER_CANCELLED'],
    ['CARD_REMOVED', new CardwrightError('CARD_REMOVED'), 'CARD_REMOVED'],
  ])('says so where it ended with %s, and starts again', async (_code, error, words) => {
    const user = await changePin({ devices: [mine], pinError: error.toWire() });
    await user.sees('error');
    await user.reads(words);
    await user.script({ pinError: null });
    await user.click('#retry');
    await user.sees('ready');
  });
});
