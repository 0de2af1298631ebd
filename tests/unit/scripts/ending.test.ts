import { expect, it } from '@jest/globals';
import { LAST_LINES, tellEnd } from '../../../scripts/ending.mjs';
import type { Failure } from '../../../scripts/jest.mjs';

const MESSAGE = [
  'Error: \u001B[2mexpect(\u001B[22mreceived\u001B[2m).toBe(\u001B[22mexpected\u001B[2m)\u001B[22m',
  '',
  'Expected: 2',
  'Received: 1',
  '    at Object.toBe (/clone/node_modules/expect/build/index.js:7:7)',
  '    at /clone/tests/unit/a.test.ts:12:21',
].join('\n');
const failure = (index: number): Failure => ({
  file: 'tests/unit/a.test.ts',
  title: `group › test ${index}`,
  message: `${index} ${MESSAGE}`,
});
const many = (count: number): Failure[] => Array.from({ length: count }, (_, index) => failure(index + 1));

it('ends a green run with the counts alone', () => {
  expect(tellEnd({ failures: [], unsteady: [], passed: 7 })).toEqual(['7 passed, 0 failed']);
});

it('names each failing test with its file, expectation, first lines and place', () => {
  const test = { file: 'tests/unit/a.test.ts', title: 'group › one', message: MESSAGE };
  expect(tellEnd({ failures: [test], unsteady: [], passed: 7 })).toEqual([
    'Failed:',
    '  ✕ tests/unit/a.test.ts › group › one',
    '      Error: expect(received).toBe(expected)',
    '      Expected: 2',
    '      Received: 1',
    '      at tests/unit/a.test.ts:12:21',
    '7 passed, 1 failed',
  ]);
});

it('names what belongs to no file', () => {
  const lines = tellEnd({ failures: [{ file: null, title: 'Format', message: 'Type: x' }], unsteady: [], passed: 7 });
  expect(lines).toEqual(['Failed:', '  ✕ Format', '      Type: x', '7 passed, 1 failed']);
});

it.each([2, 5, 19, 20, 38])('names all of %i failing tests in the last lines', (count) => {
  const unsteady = many(9).map((one) => ({ ...one, title: 'by chance' }));
  const last = tellEnd({ failures: many(count), unsteady, passed: 0 }).slice(-LAST_LINES);
  for (const { title } of many(count)) expect(last.filter((line) => line.endsWith(title))).toHaveLength(1);
  expect(last.at(-1)).toBe(`0 passed, ${count} failed`);
});

it('says how many of more failing tests stand above', () => {
  const lines = tellEnd({ failures: many(50), unsteady: [], passed: 0 });
  expect(lines).toHaveLength(LAST_LINES);
  expect(lines.slice(-2)).toEqual(['… and 13 more, which stand above.', '0 passed, 50 failed']);
});

it('tells a set-up that fails once, with the number of its tests', () => {
  const failures = many(3).map((one) => ({ ...one, message: MESSAGE }));
  const lines = tellEnd({ failures, unsteady: [], passed: 0 });
  expect(lines.filter((line) => line.startsWith('  ✕'))).toEqual([
    '  ✕ tests/unit/a.test.ts › group › test 1 (and 2 more of this file, alike)',
  ]);
  expect(lines.at(-1)).toBe('0 passed, 3 failed');
});

it('tells what was unsteady before what failed, and before the counts of a green run', () => {
  const lines = tellEnd({ failures: [], unsteady: [failure(1)], passed: 7 });
  expect(lines[0]).toMatch(/^Unsteady: /);
  expect(lines[1]).toBe('  ✕ tests/unit/a.test.ts › group › test 1');
  expect(lines.at(-1)).toBe('7 passed, 0 failed');
});
