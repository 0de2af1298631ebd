import { CardwrightError } from '@cardwright/protocol';
import { expect, it } from '@jest/globals';
import { call } from '@cardwright/cms/operations';
import { BY_ADA, EngineStage, failing, lookStep, operationOf, READ } from './engine-stage.js';

/** The record of an operation's course, which is kept beside the audit log. */

const sent = (number: number) => ({ kind: 'step-sent', step: 'look', number, methods: ['certificate.read'] });
const results = (number: number, error: string | null = null) => ({
  kind: 'step-results',
  step: 'look',
  number,
  commands: [{ method: 'certificate.read', error }],
});
const happenings = (stage: EngineStage) => stage.store.contents().events.map(({ what }) => what);
const removed = failing(new CardwrightError('CARD_REMOVED'));

it('records an operation from start to end, with who worked on it and from where', async () => {
  const stage = await EngineStage.open(operationOf([lookStep()]));
  const { operation } = await stage.start('look', { ...BY_ADA, address: '192.0.2.7' });
  await stage.bring([READ], { ...BY_ADA, address: '2001:db8::7' });
  expect(happenings(stage)).toEqual([
    { kind: 'started' },
    sent(1),
    results(1),
    { kind: 'ended', state: 'done', error: null },
  ]);
  const { deviceId } = stage.operation ?? {};
  expect(
    stage.store
      .contents()
      .events.map(({ operationId, actor, address, ...event }) => [operationId, actor, address, event.deviceId]),
  ).toEqual([
    [operation, 'ada', '192.0.2.7', deviceId],
    [operation, 'ada', '192.0.2.7', deviceId],
    [operation, 'ada', '2001:db8::7', deviceId],
    [operation, 'ada', '2001:db8::7', deviceId],
  ]);
});

it('records which command broke a step off, the rest, and the continuation by another session', async () => {
  const stage = await EngineStage.open(operationOf([lookStep()]));
  await stage.start();
  await stage.bring([removed]);
  await stage.start();
  expect(happenings(stage)).toEqual([
    { kind: 'started' },
    sent(1),
    results(1, 'CARD_REMOVED'),
    { kind: 'rested', step: 'look', error: 'CARD_REMOVED' },
    { kind: 'resumed' },
    sent(2),
  ]);
});

it('records an end by an error, by its user, and by another operation on the card', async () => {
  const stage = await EngineStage.open(operationOf([lookStep()]), operationOf([lookStep()], { kind: 'other' }));
  await stage.start();
  await stage.bring([failing(new CardwrightError('CERTIFICATE_INVALID'))]);
  expect(happenings(stage).at(-1)).toEqual({ kind: 'ended', state: 'failed', error: 'CERTIFICATE_INVALID' });
  const { operation } = await stage.start();
  await stage.cms.cancel(BY_ADA, operation);
  expect(happenings(stage).at(-1)).toEqual({ kind: 'ended', state: 'cancelled', error: null });
  const { operation: taken } = await stage.start();
  await stage.start('other');
  const moved = stage.store.contents().events.filter(({ what }) => what.kind === 'moved');
  expect(moved.map(({ operationId }) => operationId)).toEqual([taken]);
});

it('logs why the CMS refused, if it has a code for that', async () => {
  let reason = '';
  const read = () => Promise.reject(new CardwrightError('ATTESTATION_REFUSED', { reason }));
  const calls = () => [call('certificate.read', { slot: '9A' }, { read })];
  const stage = await EngineStage.open(operationOf([lookStep({ calls })]));
  for (reason of ['proof-unsigned', '<b>anything</b>']) {
    await stage.start();
    await stage.bring();
  }
  const ended = stage.store.contents().audit.filter(({ event }) => event === 'operation.finished');
  expect(ended.map(({ detail }) => detail)).toEqual([
    { state: 'failed', error: 'ATTESTATION_REFUSED', reason: 'proof-unsigned' },
    { state: 'failed', error: 'ATTESTATION_REFUSED' },
  ]);
});

it('takes no refusal of the CMS from a page', async () => {
  const stage = await EngineStage.open(operationOf([lookStep()]));
  await stage.start();
  const refusal = new CardwrightError('ATTESTATION_REFUSED', { reason: 'proof-unsigned' });
  expect(await stage.bring([failing(refusal)])).toMatchObject({
    state: 'running',
    error: { data: { name: 'INTERNAL' } },
  });
  expect(happenings(stage).slice(-2)).toEqual([
    results(1, 'INTERNAL'),
    { kind: 'rested', step: 'look', error: 'INTERNAL' },
  ]);
  const { audit, events } = stage.store.contents();
  expect(JSON.stringify([audit, events])).not.toMatch(/ATTESTATION_REFUSED|proof-unsigned/);
});

it.each([
  ['results again that were answered', 0],
  ['results that are not those of the step', 1],
  ['results of another step', 2],
])('does not grow when a page sends %s', async (_what, how) => {
  const stage = await EngineStage.open(operationOf([lookStep(), lookStep({ name: 'again', needed: () => true })]));
  const { operation } = await stage.start();
  await stage.bring();
  const before = happenings(stage);
  const send = [
    () => stage.cms.continue(BY_ADA, operation, 1, [READ]),
    () => stage.cms.continue(BY_ADA, operation, 2, [{ method: 'pin.change', result: {} }]),
    () => stage.cms.continue(BY_ADA, operation, 7, [READ]),
  ][how];
  await send?.().catch(() => undefined);
  expect(happenings(stage)).toEqual(before);
});

it('keeps only a code of the catalogue of an error that a page made up', async () => {
  const stage = await EngineStage.open(operationOf([lookStep()]));
  await stage.start();
  const forged = { code: -32000, message: '<script>', data: { name: 'MY_OWN', details: { pin: '123456' } } };
  await stage.bring([{ method: 'certificate.read', error: forged }]);
  expect(JSON.stringify(stage.store.contents().events)).not.toMatch(/script|MY_OWN|123456/);
  expect(happenings(stage)).toContainEqual(results(1, 'INTERNAL'));
});

it('keeps no invalid address', async () => {
  const stage = await EngineStage.open(operationOf([lookStep()]));
  await stage.start('look', { ...BY_ADA, address: 'unknown, 192.0.2.7' });
  expect(stage.store.contents().events.map(({ address }) => address)).toEqual([null, null]);
});
