import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { inRepository } from '@cardwright/stage';
import { describe, expect, it } from '@jest/globals';
import { clockReadings } from '../../support/system/clock-readings.js';

/** Files that read a clock although they are tests, or help them, and why no test is red because of it. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'tests/environment.mjs': 'notes what a file of tests cost',
  'tests/engine/support/toy-stage.ts': 'decides whether a device may be a copy of one that was issued before',
  'tests/fuzz/child.ts': 'tells what a target costs',
  'tests/fuzz/main.ts': 'tells how long it took',
  'tests/fuzz/run-jobs.ts': 'ends a process that hangs, after half a minute without a new case',
  'tests/fuzz/support/quick-clock.ts': 'is a clock of the product that runs faster',
  'tests/fuzz/target.ts': 'measures cases of `npm run fuzz` alone, not those of the tests',
  'tests/e2e/pages/scenes/progress.ts': 'moves the clock of a page',
  'tests/integration/portal/expiry-notices.test.ts': 'sets the clock of a process',
  'tests/unit/scripts/costs.test.ts': 'tests the meter of the runs, with numbers of its own',
  'tests/simulation/sweep.test.ts': 'tells what the sweep cost',
};

/** What measures. */
const MEASURING = /^tests\/bench\//;

const found = (text: string): string[] => clockReadings('a.ts', text).map(({ written }) => written);

describe('the search for clocks', () => {
  it.each([
    'performance.now',
    'globalThis.performance.now',
    'process.hrtime',
    'process.hrtime.bigint',
    'process.cpuUsage',
    'process.resourceUsage',
  ])('finds %s', (clock) => {
    expect(found(`const before = ${clock}();`)).not.toEqual([]);
  });

  it.each([
    "import { processorTime } from './costs.mjs'; const used = processorTime();",
    'const { now } = performance; now();',
    'const took = Date.now() - before;',
    'const took = Date.now() - Date.parse(at);',
    'const left = expires.getTime() - Date.now();',
    'const took = new Date().getTime() - before;',
    'const took = +new Date() - +before;',
    'expect(at).toBeGreaterThan(Date.now() - 60_000);',
    'expect(Date.now()).toBeLessThan(last);',
    'if (at > Date.now() - MINUTE) throw new Error();',
  ])('finds what is measured or compared: %s', (text) => {
    expect(found(text)).not.toEqual([]);
  });

  it.each([
    'const at = new Date(Date.now() - age);',
    'const at = Date.now() - minutes * MINUTE;',
    'const last = Date.now() + timeout;',
    'expect(at).toBeLessThanOrEqual(Date.now());',
    'const tries = (jest.now() - begin) / 1000;',
    'clock.now() - before;',
  ])('does not take for one: %s', (text) => {
    expect(found(text)).toEqual([]);
  });
});

const files = readdirSync(inRepository('tests'), { recursive: true, encoding: 'utf8' })
  .map((file) => path.posix.join('tests', file))
  .filter((file) => /\.m?[jt]s$/.test(file) && !/\/(?:dist|node_modules)\//.test(file));
const read = (file: string): string[] =>
  clockReadings(file, readFileSync(inRepository(file), 'utf8')).map(
    ({ line, written }) => `${file}:${line}: ${written}`,
  );

it('no test reads a clock to compare it', () => {
  expect(files.length).toBeGreaterThan(1000);
  // What this test shows itself is text there.
  expect(files.filter((file) => !MEASURING.test(file) && !(file in EXCEPTIONS)).flatMap(read)).toEqual([]);
});

it.each(Object.keys(EXCEPTIONS))('%s still needs its exception', (file) => {
  expect(read(file)).not.toEqual([]);
});
