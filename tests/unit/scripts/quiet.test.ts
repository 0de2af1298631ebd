import { expect, it } from '@jest/globals';
import { isLoud, isWarning } from '../../quiet.mjs';

const BLOCK = [{ message: 'told', origin: '', type: 'warn' }];

it('finds a console block of a file that passes', () => {
  expect(isLoud({ numFailingTests: 0, console: BLOCK })).toBe(true);
  expect(isLoud({ numFailingTests: 0, console: [] })).toBe(false);
  expect(isLoud({ numFailingTests: 0 })).toBe(false);
});

it('lets a file that fails explain itself', () => {
  expect(isLoud({ numFailingTests: 1, console: BLOCK })).toBe(false);
});

it.each([
  "(node:24574) [JEST-01] DeprecationWarning: 'storage' property was accessed on [Object] after it was soft deleted",
  '(node:7) MaxListenersExceededWarning: Possible EventEmitter memory leak detected.',
])('takes for a warning: %s', (line) => {
  expect(isWarning(line)).toBe(true);
});

it.each([
  'fault sweep: CARDWRIGHT_SEED=7',
  'PASS tests/unit/a.test.ts',
  '',
  // A worker that took half a second to end, as a sound one does on a busy machine.
  'A worker process has failed to exit gracefully and has been force exited.',
])('takes for none: %s', (line) => {
  expect(isWarning(line)).toBe(false);
});
