import { CardwrightError } from '@cardwright/protocol';
import { describe, expect, it } from '@jest/globals';
import { PasskeyStage, type StageOptions } from '../support/passkey-stage.js';

const DONE = { state: 'done', deviceState: 'active', error: null };
const FIDO_PIN = '852074';
const BOTH = ['entra', 'portal'];

const asked = ({ host }: PasskeyStage) => host.questions.map(({ secrets }) => secrets.join(' + '));

/** Opens a stage whose device has a FIDO PIN that its user knows. */
async function openWithPin(options: StageOptions): Promise<PasskeyStage> {
  const stage = await PasskeyStage.open(options);
  stage.fido.pin = FIDO_PIN;
  await stage.reinsert();
  return stage;
}

describe('the windows for PINs in an issuance', () => {
  it.each<[string, StageOptions, string[]]>([
    ['PIV and a passkey', {}, ['newFidoPin', 'newPin']],
    ['PIV and two passkeys', { passkeys: { services: BOTH } }, ['newFidoPin', 'newPin']],
    ['PIV and a passkey, which the browser creates', { passkeys: { ways: ['window'] } }, ['newPin']],
    [
      'PIV and two passkeys, one by the browser and one by the host',
      { passkeys: { services: ['portal', 'entra'], ways: ['page', 'host'] } },
      ['newFidoPin', 'newPin'],
    ],
    ['one PIN for PIV and a passkey', { profile: 'shared-pin' }, ['newPin']],
    [
      'one PIN for PIV and a passkey, which the browser creates',
      { profile: 'shared-pin', passkeys: { pin: 'shared', ways: ['window'] } },
      ['newPin'],
    ],
    ['two passkeys alone', { model: 'fido2', passkeys: { services: BOTH } }, ['newFidoPin']],
  ])('ask for each PIN once: %s', async (_what, options, windows) => {
    const stage = await PasskeyStage.open(options);
    stage.host.fido.dialog = () => FIDO_PIN;
    expect(await stage.relay()).toMatchObject(DONE);
    expect(asked(stage)).toEqual(windows);
  });

  it.each<[string, StageOptions, string[]]>([
    ['PIV and two passkeys', { passkeys: { services: BOTH } }, ['fidoPin', 'newPin']],
    ['two passkeys alone', { model: 'fido2', passkeys: { services: BOTH } }, ['fidoPin']],
  ])('ask for each PIN once where a FIDO PIN is set: %s', async (_what, options, windows) => {
    const stage = await openWithPin(options);
    expect(await stage.relay()).toMatchObject(DONE);
    expect(asked(stage)).toEqual(windows);
  });

  it('ask for the former FIDO PIN and the new one together if the device wants another one', async () => {
    const stage = await openWithPin({ model: 'fido2' });
    stage.fido.forceChange();
    await stage.reinsert();
    const pins = [FIDO_PIN, '741852'];
    stage.host.fido.user = () => pins.shift() ?? '741852';
    expect(await stage.relay()).toMatchObject(DONE);
    expect(asked(stage)).toEqual(['fidoPin + newFidoPin']);
  });

  it.each<[string, StageOptions, (number | undefined)[][]]>([
    ['that suits both', {}, [[6, 8]]],
    [
      'that is longer where FIDO wants that',
      { passkeys: { pinRules: { minLength: 8, forbidTrivial: true } } },
      [[8, 8]],
    ],
    [
      'of which none suits both',
      { passkeys: { pinRules: { minLength: 9, forbidTrivial: true } } },
      [[undefined, undefined]],
    ],
    ['where there is no device PIN', { model: 'fido2' }, [[undefined, undefined]]],
  ])('tell the lengths of a PIN for FIDO and device %s', async (_what, options, lengths) => {
    const stage = await PasskeyStage.open(options);
    stage.host.fido.user = () => '852074963';
    if (lengths[0]?.[0] !== undefined) stage.host.fido.user = () => '85207496';
    expect(await stage.relay()).toMatchObject(DONE);
    const chosen = stage.host.questions.filter(({ secrets }) => secrets.includes('newFidoPin'));
    expect(chosen.map(({ suitsBoth }) => [suitsBoth?.minLength, suitsBoth?.maxLength])).toEqual(lengths);
  });

  it('ask for a FIDO PIN that is not known, and for the new one after the reset', async () => {
    const stage = await openWithPin({ model: 'fido2' });
    let isForgotten = false;
    stage.host.fido.user = () => {
      if (isForgotten) return FIDO_PIN;
      isForgotten = true;
      throw new CardwrightError('FIDO_PIN_FORGOTTEN');
    };
    expect(await stage.relay()).toMatchObject(DONE);
    expect(asked(stage)).toEqual(['fidoPin', 'newFidoPin']);
  });
});
