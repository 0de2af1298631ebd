import { describe, expect, it } from '@jest/globals';
import { CardwrightError, type ErrorCode } from '@cardwright/protocol';
import { blankYubikey } from '../../support/device-facts.js';
import { waitFor } from '../../support/page-stage.js';
import type { Script } from '../../support/wizard-page/scripted-extension.js';
import { WizardScene } from '../../support/wizard-scene.js';

const mine = blankYubikey('11223344');
const scene = WizardScene.forTests();

/** Opens the wizard that changes a PIN. */
const changePin = (script: Partial<Script>) => scene.addDevice(script, 'cardwright-change-pin');

describe('the wizard that changes a PIN', () => {
  it('waits for the window, and reports that the PIN is changed', async () => {
    const user = await changePin({ devices: [mine], held: ['pin'] });
    await user.sees('pin');
    await user.reads('Enter your PIN and a new one in the Cardwright window');
    await waitFor(user.page, '>>> #show-window');
    await user.release();
    await user.sees('ready');
    await user.reads('Your PIN is changed');
    await user.closes();
    expect(await user.heard()).toEqual(['cardwright-pin-changed', 'cardwright-closed']);
    expect(scene.cms.kinds).toEqual(['change-pin']);
  });

  it.each<[ErrorCode, CardwrightError, string]>([
    ['PIN_INCORRECT', new CardwrightError('PIN_INCORRECT', { retriesLeft: 1 }), 'One attempt is left.'],
    ['USER_CANCELLED', new CardwrightError('USER_CANCELLED'), 'USER_CANCELLED'],
    ['CARD_REMOVED', new CardwrightError('CARD_REMOVED'), 'CARD_REMOVED'],
  ])('reports that it ended with %s, and starts again', async (_code, error, words) => {
    const user = await changePin({ devices: [mine], pinError: error.toWire() });
    await user.sees('error');
    await user.reads(words);
    await user.script({ pinError: null });
    await user.click('#retry');
    await user.sees('ready');
  });
});
