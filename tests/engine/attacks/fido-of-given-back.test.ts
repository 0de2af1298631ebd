import { erase, issue } from '@cardwright/cms';
import { CardwrightError, commands, validate } from '@cardwright/protocol';
import type { OperationAnswer } from '@cardwright/protocol/cms';
import type { CommandOutcome } from '@cardwright/protocol/steps';
import { describe, expect, it } from '@jest/globals';
import { TestCard } from '../../support/host-and-card/test-card.js';
import { engineParts } from '../support/engine-parts.js';
import { PasskeyStage } from '../support/passkey-stage.js';

/** Attacks: erasing passkeys unasked, or making the CMS believe that a returned device has lost them. */

async function issued(): Promise<PasskeyStage> {
  const stage = await PasskeyStage.issued({ cms: { operations: [issue, erase] } });
  await stage.reinsert();
  return stage;
}

const BEING_ERASED = { state: 'terminated', stateReason: 'being erased' };
const keptEscrows = ({ store }: PasskeyStage) =>
  store.contents().escrows.filter(({ pukDroppedAt }) => pukDroppedAt === null);
const isErrorOf = (name: string) => ({ error: { data: { name } } });

/** Relays an erasure until the step that resets FIDO has been sent. */
const atReset = async (stage: PasskeyStage): Promise<OperationAnswer> =>
  stage.relayOn(await stage.start('erase'), 'fido-reset');

/** Expects passkeys, PIN and everything of PIV to be there still, and the CMS to know that. */
function expectKept(stage: PasskeyStage): void {
  expect([stage.fido.credentials.length, stage.fido.hasPin, stage.card.erasures]).toEqual([1, true, 0]);
  expect(stage.device).toMatchObject(BEING_ERASED);
  expect(keptEscrows(stage)).toHaveLength(1);
}

/** Forges the result of a reset, with these changes to the device. */
function claimed(
  stage: PasskeyStage,
  change: { serial?: string; guid?: string; pinSet?: boolean; unreachable?: true },
): CommandOutcome[] {
  const { device } = stage.host.startRequest;
  const { serial = device.serial, guid = device.guid, pinSet = false, unreachable } = change;
  const fido2 = unreachable || !device.fido2 ? null : { ...device.fido2, pinSet };
  return [{ method: 'fido.reset', result: { device: { ...device, serial, guid, fido2 } } }];
}

describe('a script in the page', () => {
  it('can neither have the FIDO2 application reset nor have its user asked', async () => {
    const stage = await issued();
    const asked: string[] = [];
    stage.host.confirm = (action) => void asked.push(action);
    stage.host.fido.confirm = () => void asked.push('reset-fido');
    for (const ask of [
      () => stage.host.ask('fido.reset', {}),
      () => stage.host.ask('device.confirmErasure', { fido: 'reset' }),
    ])
      await expect(ask()).rejects.toMatchObject({ code: 'STEP_REQUIRED' });
    expect(asked).toEqual([]);
    expect(stage.fido.credentials).toHaveLength(1);
    expect(stage.device?.state).toBe('active');
  });

  it('cannot forge the consent of the user: the host asks again before the reset', async () => {
    const stage = await issued();
    const confirm = await stage.relayOn(await stage.start('erase'), 'confirm');
    const order = await stage.bring(confirm, [{ method: 'device.confirmErasure', result: {} }]);
    stage.host.fido.confirm = () => {
      throw new CardwrightError('USER_CANCELLED');
    };
    expect(await stage.next(order)).toMatchObject({ state: 'running', ...isErrorOf('USER_CANCELLED') });
    expectKept(stage);
  });
});

describe('a host', () => {
  it.each<[string, Parameters<typeof claimed>[1], string]>([
    ['a reset after which there is a FIDO PIN', { pinSet: true }, 'OPERATION_FAILED'],
    ['a reset after which nobody reaches FIDO', { unreachable: true }, 'OPERATION_FAILED'],
    ['a reset of a device with another number', { serial: '10000002' }, 'WRONG_DEVICE'],
    ['a reset of a device with another GUID', { guid: '6f3d1c52-7d0b-4a4c-9b1e-0d5b6f1f2a3c' }, 'WRONG_DEVICE'],
  ])('cannot pretend %s', async (_what, claim, code) => {
    const stage = await issued();
    const answer = await stage.bring(await atReset(stage), claimed(stage, claim));
    expect(answer).toMatchObject({ step: null, deviceState: 'terminated', ...isErrorOf(code) });
    expectKept(stage);
    await stage.reinsert();
    const ended = await stage.relayOn(await stage.start('erase'));
    expect(ended).toMatchObject({ state: 'done', deviceState: 'available' });
    expect(stage.fido.credentials).toEqual([]);
  });

  it('reports another inserted device, and neither is touched further', async () => {
    const stage = await issued();
    const wrong = new CardwrightError('WRONG_DEVICE').toWire();
    const answer = await stage.bring(await atReset(stage), [{ method: 'fido.reset', error: wrong }]);
    expect(answer).toMatchObject({ state: 'running', ...isErrorOf('WRONG_DEVICE') });
    expectKept(stage);
  });

  it('cannot continue with another device in its place, which cannot prove its identity', async () => {
    const stage = await issued();
    await stage.host.lie();
    const { vendor } = await engineParts();
    const other = new TestCard('yubikey', '10000002', vendor, 'yubikey-5.8').state;
    let answer = await stage.bring(await atReset(stage), claimed(stage, {}));
    Object.assign(stage.card.state, other);
    while (answer.step) {
      const outcomes = (await stage.host.run(answer.step.jws)).map((outcome) => {
        if (outcome.method !== 'device.reset' || !('result' in outcome)) return outcome;
        const { device } = validate(commands['device.reset'].result, outcome.result);
        const fido2 = device.fido2 && { ...device.fido2, pinSet: false };
        return { ...outcome, result: { device: { ...device, serial: '10000001', fido2 } } };
      });
      answer = await stage.bring(answer, outcomes);
    }
    expect(answer).toMatchObject({ state: 'failed', ...isErrorOf('ATTESTATION_CONTRADICTS') });
    expect(stage.device).toMatchObject(BEING_ERASED);
    expect(keptEscrows(stage)).toHaveLength(1);
  });
});
