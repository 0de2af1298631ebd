import { expect, it } from '@jest/globals';
import type { CommandFailure } from '@cardwright/protocol/trace';
import { summarize } from '../../../../../portal/src/features/support-files/summary.js';
import { newBundle } from '../../../../support/support-bundles.js';

const FILE = {
  id: 'f1',
  deviceId: 'd1',
  addedBy: 'olga',
  addedAt: new Date(0),
  madeBy: 'extension' as const,
  failed: 0,
  checks: 0,
  size: 1,
};
const summaryOf = (bundle: object) => summarize(FILE, Buffer.from(JSON.stringify(bundle)));
const some = (length: number): CommandFailure[] =>
  Array.from({ length }, (_, at) => ({ at, method: 'device.list', code: 'NO_READER' }));

it('has the last failures beside the errors of the trace', () => {
  const { failures, trace } = summaryOf(newBundle());
  const lines = (all: readonly { method: string; code: string }[] = []) =>
    all.map(({ method, code }) => `${method} ${code}`);
  expect(lines(failures ?? [])).toEqual(['device.list PCSC_UNAVAILABLE', 'key.generate CARD_REMOVED']);
  expect(lines(trace?.errors)).toEqual(lines(failures ?? []));
});

it.each<[string, object, readonly CommandFailure[] | null]>([
  ['of an earlier version tells none', { ...newBundle(), failures: undefined }, null],
  ['in which nothing failed has none', newBundle({ failures: [] }), []],
  ['without a trace has them, too', newBundle({ trace: null, failures: some(2) }), some(2)],
  ['with a hundred has all', newBundle({ failures: some(100) }), some(100)],
  ['with more has the last hundred', newBundle({ failures: some(1_000) }), some(1_000).slice(-100)],
])('summarises the failures: a file %s', (_which, bundle, expected) => {
  expect(summaryOf(bundle).failures).toEqual(expected);
});
