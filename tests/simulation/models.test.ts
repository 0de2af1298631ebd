import { afterEach, expect, it } from '@jest/globals';
import { DEVICE_MODELS } from '@cardwright/protocol/policy';
import { profileNames, type ProfileName } from '@cardwright/virtual-card';
import { Bench } from './failures/bench.js';
import { MODEL_OF } from './support/profile-models.js';

let bench: Bench | undefined;
afterEach(async () => {
  await bench?.close();
  bench = undefined;
});

const isOpened = (profile: ProfileName): boolean => MODEL_OF[profile] !== null;

it.each(profileNames.filter(isOpened))('recognises the model of a virtual card %s', async (profile) => {
  bench = await Bench.open({ profile });
  await expect(bench.openDevice()).resolves.toMatchObject({ model: MODEL_OF[profile] });
});

it.each(profileNames.filter((profile) => !isOpened(profile)))('opens no virtual card %s', async (profile) => {
  bench = await Bench.open({ profile });
  await expect(bench.openDevice()).rejects.toMatchObject({ code: 'NO_APPLICATION' });
});

it.each(DEVICE_MODELS)('has a virtual card of the model %s', (model) => {
  expect(Object.values(MODEL_OF)).toContain(model);
});
