import { erase } from '@cardwright/cms';
import { whyAskedBack } from '@cardwright/cms/devices';
import { describe, expect, it } from '@jest/globals';
import { actOn } from '../support/engine/operator-action.js';
import { personOf } from '../support/engine/people.js';
import { ToyStage } from './support/toy-stage.js';

const OLGA = personOf('olga');

describe('a device that an operator asks back', () => {
  it('stays active and shows its owner the reason until it is given back', async () => {
    const stage = await ToyStage.issued({ operations: [erase] });
    const id = stage.device?.id ?? '';
    const { certificates } = stage.store.contents();
    expect(await actOn(stage, OLGA, 'ask-back', id, 'You leave on Friday.')).toBe('active');
    expect(stage.device && whyAskedBack(stage.device)).toEqual({ reason: 'You leave on Friday.' });
    expect(stage.store.contents().certificates).toEqual(certificates);
    expect(stage.store.contents().audit.at(-1)).toMatchObject({
      event: 'device.asked-back',
      actor: 'olga',
      detail: { reason: 'You leave on Friday.' },
    });
    expect(await stage.relay(await stage.newHost(), 'erase')).toMatchObject({ deviceState: 'available' });
    expect(stage.device && whyAskedBack(stage.device)).toBeNull();
  });

  it('can be asked back without a reason, but not while it is suspended', async () => {
    const stage = await ToyStage.issued({ operations: [erase] });
    const id = stage.device?.id ?? '';
    await actOn(stage, OLGA, 'ask-back', id);
    expect(stage.device && whyAskedBack(stage.device)).toEqual({ reason: null });
    await actOn(stage, OLGA, 'suspend', id);
    await expect(actOn(stage, OLGA, 'ask-back', id)).rejects.toMatchObject({ code: 'DEVICE_STATE' });
  });
});
