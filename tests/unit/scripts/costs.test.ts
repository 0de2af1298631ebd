import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import {
  meterOfEndings,
  noteCost,
  noteIssuance,
  processorTime,
  readCosts,
  tellCosts,
  unexplained,
} from '../../../scripts/costs.mjs';

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
  const shared = new Map([
    ['portal', 1],
    ['PostgreSQL', 2],
  ]);
  expect(tellCosts(readCosts(folder), { whole: 20, shared }, 2)).toEqual([
    'Processor time in issuances, of which one costs 200 ms here: 100.',
    '  unit 12, e2e 40, what files share 15, Jest and style 33.',
    '  What files share: portal 5, PostgreSQL 10.',
    '  The dearest files, and what each alone proves:',
    '      40  tests/e2e/b.test.ts: it does not say',
    '      10  tests/unit/c.test.ts: it does not say',
  ]);
});

it('tells seconds where no issuance was measured', () => {
  noteCost(path.join(ROOT, 'tests/unit/a.test.ts'), 3);
  expect(tellCosts(readCosts(folder), { whole: 4, shared: new Map() }, 1)[0]).toBe('Processor time in seconds: 4 s.');
});

it('tells what a dear file alone proves, and finds the one that does not say', () => {
  const sweep = 'tests/simulation/sweep.test.ts';
  noteCost(path.join(ROOT, sweep), 20);
  noteCost(path.join(ROOT, 'tests/e2e/b.test.ts'), 20);
  noteCost(path.join(ROOT, 'tests/unit/c.test.ts'), 9);
  expect(unexplained(readCosts(folder), 50)).toEqual([]);
  noteIssuance(0.2);
  expect(unexplained(readCosts(folder), 50)).toEqual([{ file: 'tests/e2e/b.test.ts', seconds: 20 }]);
  expect(tellCosts(readCosts(folder), { whole: 49, shared: new Map() }, 1).at(-1)).toMatch(/sweep\.test\.ts: no fault/);
});

it('counts what this process computes', () => {
  const used = jest.spyOn(process, 'cpuUsage').mockReturnValue({ user: 1_000_000, system: 500_000 });
  const before = processorTime();
  used.mockReturnValue({ user: 2_000_000, system: 500_000 });
  expect(processorTime() - before).toBeCloseTo(1);
  used.mockRestore();
});

it('counts what each process has cost that it ends, those of one name together', async () => {
  const { end, seconds } = meterOfEndings();
  /** Starts a process that has computed something: at least its own start. */
  const computing = async (): Promise<ChildProcess> => {
    const child = spawn(process.execPath, ['-e', 'require("node:fs").writeSync(1, "started"); for (;;);']);
    await once(child.stdout, 'data');
    return child;
  };
  for (const name of ['portal', 'portal', 'readers']) {
    const child = name === 'portal' ? await computing() : undefined;
    await end(name, async () => {
      if (!child) return;
      child.kill('SIGKILL');
      await once(child, 'close');
    });
  }
  expect([...seconds.keys()]).toEqual(['portal', 'readers']);
  expect(seconds.get('portal')).toBeGreaterThan(seconds.get('readers') ?? Number.POSITIVE_INFINITY);
});
