import { describe, expect, it } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import { blankYubikey } from '../../support/device-facts.js';
import type { Script } from '../../support/wizard-page/scripted-extension.js';
import { WizardScene } from '../../support/wizard-scene.js';

const mine = blankYubikey('11223344');
const blocked = blankYubikey('11223344', { pin: { retriesLeft: 0, blocked: true, isDefault: false } });
const scene = WizardScene.forTests();

/** Opens the wizard for a forgotten PIN. */
const unlock = (script: Partial<Script>) => scene.addDevice(script, 'cardwright-unlock');

describe('the wizard for a forgotten PIN', () => {
  it('takes the device, waits for the window, and reports that the new PIN is set', async () => {
    const user = await unlock({ devices: [blocked], held: ['pin'] });
    await user.sees('pin');
    await user.reads('Enter your new PIN in the Cardwright window');
    await user.release();
    await user.sees('ready');
    await user.reads('Your new PIN is set');
    await user.reads('Your keys and certificates are as they were.');
    await user.closes();
    expect(await user.heard()).toEqual(['cardwright-unlocked', 'cardwright-closed']);
    expect(scene.cms.kinds).toEqual(['unlock']);
  });

  it('shows above each of its steps that the new PIN is being set', async () => {
    const user = await unlock({ devices: [blocked], held: ['secure'] });
    await user.isHeld();
    await user.sees('progress');
    await user.reads('Setting your new PIN');
  });

  it('reports that an operator has to approve it, and does not offer what cannot help', async () => {
    scene.cms.failure = { phase: 'device-proof', error: new CardwrightError('APPROVAL_NEEDED').toWire() };
    const user = await unlock({ devices: [blocked] });
    await user.sees('error');
    await user.reads('Your help desk has to approve this first.');
  });
});

describe('the wizard that changes a PIN', () => {
  it.each([
    ['PIN_BLOCKED', new CardwrightError('PIN_BLOCKED')],
    ['LAST_TRY', new CardwrightError('LAST_TRY', { retriesLeft: 1 })],
  ])('leads to a new PIN with one click if it ended with %s, with the same device', async (_code, error) => {
    const user = await scene.addDevice({ devices: [mine], pinError: error.toWire() }, 'cardwright-change-pin');
    await user.sees('error');
    expect(await user.page.$$eval('>>> button.primary', (all) => all.map(({ id }) => id))).toEqual(['unlock']);
    await user.script({ pinError: null, held: ['pin'] });
    const led = await user.isLed('cardwright-unlock', '#unlock');
    await led.reads('Enter your new PIN in the Cardwright window');
    await led.release();
    await led.sees('ready');
    await led.reads('Your new PIN is set');
    expect(scene.cms.kinds).toEqual(['change-pin', 'unlock']);
    expect(await user.opened()).toEqual([mine.id, mine.id]);
  });

  it('leads to a new PIN too if the PIN turns out to be blocked before anything is asked', async () => {
    scene.cms.refused.set(blocked.id, 'The PIN of this device is blocked.');
    const user = await scene.addDevice({ devices: [blocked] }, 'cardwright-change-pin');
    await user.sees('connect');
    await user.reads('The PIN of this device is blocked.');
    scene.cms.refused.clear();
    const led = await user.isLed('cardwright-unlock', '#unlock');
    await led.sees('ready');
    expect(scene.cms.kinds).toEqual(['unlock']);
  });
});
