import { expect, it } from '@jest/globals';
import { isLoud, isSlowEnd, isWarning } from '../../quiet.mjs';

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

it.each(['fault sweep: CARDWRIGHT_SEED=7', 'PASS tests/unit/a.test.ts', ''])('takes for none: %s', (line) => {
  expect(isWarning(line)).toBe(false);
});

it('takes no worker of Jest for a fault that a busy machine kept from its end', () => {
  const line = 'A worker process has failed to exit gracefully and has been force exited. This is likely caused by …';
  expect(isSlowEnd(line)).toBe(true);
  expect(isWarning(line)).toBe(false);
  expect(isSlowEnd('PASS tests/unit/a.test.ts')).toBe(false);
});
