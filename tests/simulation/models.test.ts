import { afterEach, expect, it } from '@jest/globals';
import { DEVICE_MODELS, type DeviceModel } from '@cardwright/protocol/policy';
import type { ProfileName } from '@cardwright/virtual-card';
import { Bench } from './failures/bench.js';

/** A virtual card of each model. */
const CARDS: Readonly<Record<DeviceModel, ProfileName>> = {
  yubikey: 'yubikey',
  piv: 'piv',
  fido2: 'fido-key',
};

let bench: Bench | undefined;
afterEach(async () => {
  await bench?.close();
  bench = undefined;
});

it.each(DEVICE_MODELS)('recognises a virtual card of the model %s', async (model) => {
  bench = await Bench.open({ profile: CARDS[model] });
  await expect(bench.openDevice()).resolves.toMatchObject({ model });
});
