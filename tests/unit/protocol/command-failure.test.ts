import { describe, expect, it } from '@jest/globals';
import { commandFailure, errorsIn, failuresIn, supportBundle } from '@cardwright/protocol/trace';
import * as v from 'valibot';
import { newBundle } from '../../support/support-bundles.js';

const wire = (name: unknown) => ({ code: 1, message: 'It failed.', data: { name } });
const FAILURE = { at: 1, method: 'device.list', code: 'NO_READER' };

describe('what failed by an answer', () => {
  it.each<[string, Parameters<typeof failuresIn>[1], object[]]>([
    ['a result', { result: { readers: [] } }, []],
    ['an error', { error: wire('NO_READER') }, [{ method: 'step.run', code: 'NO_READER' }]],
    ['an error that redaction has replaced', { error: { message: '[redacted]' } }, []],
    ['an error whose code is no string', { error: wire(7) }, []],
    ['no object', { result: 'done' }, []],
    ['nothing', { error: null }, []],
    ['outcomes that are none', { result: { outcomes: { method: 'key.generate', error: wire('NO_READER') } } }, []],
    [
      'outcomes, of which some failed',
      {
        result: {
          outcomes: [
            { method: 'key.attest', error: wire('CARD_MUTE') },
            { method: 'key.generate', result: {} },
            { method: 'csr.create', error: wire('CARD_REMOVED') },
          ],
        },
      },
      [
        { method: 'key.attest', code: 'CARD_MUTE' },
        { method: 'csr.create', code: 'CARD_REMOVED' },
      ],
    ],
  ])('is read in %s', (_what, answer, failures) => {
    expect(failuresIn('step.run', answer)).toEqual(failures);
  });

  it('is the same in a trace, once for each error that reached the page', () => {
    expect(errorsIn(newBundle().trace?.entries ?? [])).toEqual([
      { number: 3, at: expect.any(Number), method: 'device.list', code: 'PCSC_UNAVAILABLE' },
      { number: 4, at: expect.any(Number), method: 'key.generate', code: 'CARD_REMOVED' },
    ]);
  });

  it.each(['request', 'notification'] as const)('is not read in a %s, whatever a page puts there', (type) => {
    const entries = newBundle().trace?.entries.flatMap((one) => (one.kind === 'message' ? [{ ...one, type }] : []));
    expect(entries).toHaveLength(4);
    expect(errorsIn(entries ?? [])).toEqual([]);
  });
});

describe('a failure in a support file', () => {
  it.each<[string, object]>([
    ['a message', { ...FAILURE, message: 'The PIN 739164 is wrong.' }],
    ['data', { ...FAILURE, data: { pin: '739164' } }],
    ['a site', { ...FAILURE, origin: 'https://other.example' }],
    ['a method of 10 KB', { ...FAILURE, method: 'x'.repeat(10_000) }],
    ['a code of 10 KB', { ...FAILURE, code: 'X'.repeat(10_000) }],
    ['a code that is no string', { ...FAILURE, code: { pin: '739164' } }],
    ['no time', { method: 'device.list', code: 'NO_READER' }],
  ])('is refused with %s', (_what, failure) => {
    expect(v.is(commandFailure, failure)).toBe(false);
    expect(v.is(supportBundle, { ...newBundle(), failures: [failure] })).toBe(false);
  });

  it('may be missing, as in files of earlier versions, and none are without end', () => {
    const { failures, ...earlier } = newBundle();
    expect(failures).toHaveLength(2);
    expect(v.is(supportBundle, earlier)).toBe(true);
    const many = (length: number) => ({ ...earlier, failures: Array.from({ length }, () => FAILURE) });
    expect([many(0), many(1_000), many(1_001)].map((file) => v.is(supportBundle, file))).toEqual([true, true, false]);
  });
});
