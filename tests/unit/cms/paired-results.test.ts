import { call } from '@cardwright/cms/operations';
import { CardwrightError } from '@cardwright/protocol';
import type { CommandOutcome } from '@cardwright/protocol/steps';
import { describe, expect, it } from '@jest/globals';
import { codeOf, readResults } from '../../../cms/src/operations/paired-results.js';

const written = { method: 'object.write', result: {} };
const read = { method: 'object.read', result: { content: 'AAAA' } };
const removed = { method: 'object.read', error: new CardwrightError('CARD_REMOVED').toWire() };

/** Creates a step that writes an object and reads it, and records the results. */
function newStep() {
  const seen: unknown[] = [];
  const calls = [
    call('object.write', { object: 'ccc', content: 'AAAA' }, { read: (result) => void seen.push(result) }),
    call(
      'object.read',
      { object: 'ccc' },
      {
        read: (result) => void seen.push(result),
        failed: ({ code }) => (code === 'CARD_REMOVED' ? 'interrupt' : undefined),
      },
    ),
  ];
  return { seen, read: (outcomes: readonly CommandOutcome[]) => readResults(calls, outcomes) };
}

describe('the results of a step', () => {
  it('are each read by their own call, in order', async () => {
    const step = newStep();
    expect(await step.read([written, read])).toBeNull();
    expect(step.seen).toEqual([{}, { content: 'AAAA' }]);
  });

  it('may end with an error whose meaning its call gives', async () => {
    const step = newStep();
    expect(await step.read([written, removed])).toMatchObject({
      error: { code: 'CARD_REMOVED' },
      consequence: 'interrupt',
    });
    expect(step.seen).toEqual([{}]);
  });

  it('may end with an error to which its call gives no meaning', async () => {
    const error = new CardwrightError('CARD_MUTE').toWire();
    expect(await newStep().read([{ method: 'object.write', error }])).toMatchObject({
      error: { code: 'CARD_MUTE' },
      consequence: undefined,
    });
  });

  it.each([
    new CardwrightError('DEVICE_NOT_ELIGIBLE', { reason: 'issued-to-another' }),
    new CardwrightError('CA_UNAVAILABLE'),
    new CardwrightError('OPERATION_MOVED'),
    new CardwrightError('PIN_BLOCKED'),
  ])('end with a defect where the command cannot answer $code', async (claimed) => {
    const outcome = { method: 'object.write', error: claimed.toWire() };
    const broken = await newStep().read([outcome]);
    expect(broken?.error.toWire().data).toEqual({
      name: 'INTERNAL',
      details: { incident: `${claimed.code} from object.write` },
    });
    expect(codeOf(outcome)).toEqual({ method: 'object.write', error: 'INTERNAL' });
  });

  it.each([
    ['fewer than the commands without an error', [written]],
    ['more than the commands', [written, read, read]],
    ['others than the commands', [read, written]],
    ['results after an error', [{ ...removed, method: 'object.write' }, read]],
    ['none at all', []],
  ])('are refused unread when they are %s', async (_what, outcomes) => {
    const step = newStep();
    await expect(step.read(outcomes)).rejects.toMatchObject({ code: 'INVALID_PARAMS' });
    expect(step.seen).toEqual([]);
  });

  it('are validated when they are read', async () => {
    const step = newStep();
    const outcomes = [written, { method: 'object.read', result: { content: 'not base64url!' } }];
    await expect(step.read(outcomes)).rejects.toMatchObject({ code: 'INVALID_PARAMS' });
    expect(step.seen).toEqual([{}]);
  });
});
