import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { noteCost, noteIssuance, processorTime, readCosts, tellCosts, unexplained } from '../../../scripts/costs.mjs';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const before = process.env.CARDWRIGHT_COSTS;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cardwright-costs-'));
  process.env.CARDWRIGHT_COSTS = folder;
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  if (before === undefined) delete process.env.CARDWRIGHT_COSTS;
  else process.env.CARDWRIGHT_COSTS = before;
});

it('counts the processor time of a run in issuances that were measured in it, by level', () => {
  noteCost(path.join(ROOT, 'tests/unit/a.test.ts'), 0.4);
  noteCost(path.join(ROOT, 'tests/e2e/b.test.ts'), 8);
  noteCost(path.join(ROOT, 'tests/unit/c.test.ts'), 2);
  noteIssuance(0.2);
  expect(tellCosts(readCosts(folder), { whole: 20, shared: 3 }, 2)).toEqual([
    'Processor time in issuances, of which one costs 200 ms here: 100.',
    '  unit 12, e2e 40, browsers, portals and databases that files share 15, Jest and style 33. The dearest files, and what each alone proves:',
    '      40  tests/e2e/b.test.ts: it does not say',
    '      10  tests/unit/c.test.ts: it does not say',
  ]);
});

it('tells seconds where no issuance was measured', () => {
  noteCost(path.join(ROOT, 'tests/unit/a.test.ts'), 3);
  expect(tellCosts(readCosts(folder), { whole: 4, shared: 0 }, 1)[0]).toBe('Processor time in seconds: 4 s.');
});

it('tells what a dear file alone proves, and finds the one that does not say', () => {
  const sweep = 'tests/simulation/sweep.test.ts';
  noteCost(path.join(ROOT, sweep), 20);
  noteCost(path.join(ROOT, 'tests/e2e/b.test.ts'), 20);
  noteCost(path.join(ROOT, 'tests/unit/c.test.ts'), 9);
  expect(unexplained(readCosts(folder), 50)).toEqual([]);
  noteIssuance(0.2);
  expect(unexplained(readCosts(folder), 50)).toEqual([{ file: 'tests/e2e/b.test.ts', seconds: 20 }]);
  expect(tellCosts(readCosts(folder), { whole: 49, shared: 0 }, 1).at(-1)).toMatch(/sweep\.test\.ts: no fault/);
});

it('counts what this process computes', () => {
  const begun = processorTime();
  while (processorTime() - begun < 0.05) Math.sqrt(begun);
  expect(processorTime() - begun).toBeLessThan(5);
});
