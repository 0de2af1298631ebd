import { expect, it } from '@jest/globals';
import { newDevice } from '../../integration/store/rows.js';
import { EngineStage, lookStep, operationOf } from './engine-stage.js';

const look = operationOf([lookStep()], {
  label: { en: 'Look at it', de: 'Ansehen' },
  isOffered: ({ state }) => state === 'active',
});
const renew = operationOf([lookStep()], {
  kind: 'renew',
  title: { en: 'Renewal', fr: 'Renouvellement' },
  isOffered: ({ state }) => state !== 'terminated',
});
const secret = operationOf([lookStep()], { kind: 'secret' });

it('names the operations for their buttons in the language of the reader, by their titles if they have no label', async () => {
  const { cms } = await EngineStage.open(renew, look, secret);
  expect(cms.offers('de')).toEqual([
    { kind: 'renew', label: 'Renewal' },
    { kind: 'look', label: 'Ansehen' },
  ]);
  expect(cms.offers('fr').map(({ label }) => label)).toEqual(['Renouvellement', 'Look at it']);
});

it('speaks the languages of titles and labels', async () => {
  const { cms } = await EngineStage.open(renew, operationOf([lookStep()], { label: { en: 'Look', nl: 'Kijken' } }));
  expect(cms.languages).toEqual(expect.arrayContaining(['en', 'de', 'fr', 'nl']));
});

it('offers an operation to the owner of a device by its row alone, and no operation that is never offered', async () => {
  const { cms } = await EngineStage.open(renew, look, secret);
  const offeredIn = (state: 'active' | 'suspended' | 'terminated') => cms.offeredFor(newDevice('ada', { state }));
  expect(offeredIn('active')).toEqual(['renew', 'look']);
  expect(offeredIn('suspended')).toEqual(['renew']);
  expect(offeredIn('terminated')).toEqual([]);
});

it('judges the start of an operation whether it was offered or not', async () => {
  const refusing = operationOf([lookStep()], { eligibility: () => ({ action: null, reason: { code: 'no-piv' } }) });
  const stage = await EngineStage.open({ ...refusing, isOffered: () => true }, secret);
  await expect(stage.start()).rejects.toMatchObject({ code: 'DEVICE_NOT_ELIGIBLE' });
  await expect(stage.start('stamp')).rejects.toMatchObject({ code: 'INVALID_PARAMS' });
  expect(stage.operation).toBeUndefined();
  await expect(stage.start('secret')).resolves.toMatchObject({ state: 'running' });
});
