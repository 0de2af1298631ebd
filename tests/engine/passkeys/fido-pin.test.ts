import { CardwrightError } from '@cardwright/protocol';
import { describe, expect, it } from '@jest/globals';
import { NO_CHANGES } from '../../integration/store/rows.js';
import { activeStage, DONE, named } from '../support/passkey-changes.js';
import type { PasskeyStage, StageOptions } from '../support/passkey-stage.js';

const OLD = '852074';
const NEW = '397146';

const change = async (stage: PasskeyStage) => stage.relayOn(await stage.start('change-fido-pin'));

/** Lets the user type the old FIDO PIN, and choose a new one. */
function choosing(stage: PasskeyStage, chosen = NEW, typed = OLD): void {
  stage.host.fido.user = (secret) => (secret === 'newFidoPin' ? chosen : typed);
}

describe('the FIDO PIN of an active device', () => {
  it.each<[string, StageOptions]>([
    ['a YubiKey', {}],
    ['a security key', { model: 'fido2' }],
  ])('is changed in one window: %s', async (_what, options) => {
    const stage = await activeStage(options);
    choosing(stage);
    expect(await change(stage)).toMatchObject(DONE);
    expect(stage.host.questions.map(({ secrets }) => [...secrets].sort())).toEqual([['fidoPin', 'newFidoPin']]);
    await stage.reinsert();
    choosing(stage, OLD, NEW);
    expect(await change(stage)).toMatchObject(DONE);
    const { audit } = stage.store.contents();
    expect(audit.filter(({ event }) => event === 'fido-pin.changed')).toHaveLength(2);
    expect(JSON.stringify(stage.store.contents())).not.toContain(NEW);
    expect(stage.fido.credentials).toHaveLength(1);
  });

  it('stays after a wrong one, and says how many tries are left', async () => {
    const stage = await activeStage();
    choosing(stage, NEW, '111222');
    expect(await change(stage)).toMatchObject({
      state: 'cancelled',
      deviceState: 'active',
      error: { data: { name: 'FIDO_PIN_INCORRECT', details: { retriesLeft: 7 } } },
    });
    await stage.reinsert();
    choosing(stage);
    expect(await change(stage)).toMatchObject(DONE);
  });

  it('cannot be changed once it is blocked', async () => {
    const stage = await activeStage();
    stage.fido.block();
    await stage.reinsert();
    choosing(stage);
    expect(await change(stage)).toMatchObject({ state: 'cancelled', error: named('FIDO_PIN_BLOCKED') });
  });

  it('stays where this computer keeps the host from it', async () => {
    const stage = await activeStage();
    const order = await stage.relayOn(await stage.start('change-fido-pin'), 'change-fido-pin');
    const outcome = { method: 'fido.changePin', error: new CardwrightError('FIDO_UNREACHABLE').toWire() };
    expect(await stage.bring(order, [outcome])).toMatchObject({ state: 'cancelled', error: named('FIDO_UNREACHABLE') });
  });

  it('stays when its owner closes the window', async () => {
    const stage = await activeStage();
    stage.host.fido.user = () => {
      throw new CardwrightError('USER_CANCELLED');
    };
    expect(await change(stage)).toMatchObject({ state: 'cancelled', error: named('USER_CANCELLED') });
    expect(stage.store.contents().audit.map(({ event }) => event)).not.toContain('fido-pin.changed');
  });

  it('is told the rules of the present policy', async () => {
    const stage = await activeStage();
    await stage.changePolicy({ services: ['entra'], pinRules: { minLength: 10, forbidTrivial: true } });
    choosing(stage, '3971468205');
    expect(await change(stage)).toMatchObject(DONE);
    expect(stage.host.questions[0]).toMatchObject({ fidoRules: { minLength: 10 } });
  });

  it('is not changed where it is the device PIN', async () => {
    const stage = await activeStage();
    await stage.store.transaction(async (transaction) => {
      const file = await transaction.openDevice(stage.device?.id ?? '');
      if (!file) throw new Error('there is a device');
      await transaction.write({ ...NO_CHANGES, devices: [{ ...file.device, sharesPin: true }] });
    });
    await expect(change(stage)).rejects.toMatchObject({ code: 'DEVICE_NOT_ELIGIBLE' });
  });
});
