import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { importersAmong, reachedFrom } from '../../../scripts/module-importers.mjs';

/** What depends on how fast a machine is, or on what else it does, is measured by `npm run bench`, and decides no test. */

const ROOT = path.resolve(import.meta.dirname, '../../..');
const CLOCKS = 'tests/bench/support/clocks.ts';

/** Returns the files that import a module, directly or over others. */
function importersOf(module: string): string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const files = listed.split('\n').filter((file) => existsSync(path.join(ROOT, file)));
  return [...reachedFrom([module], importersAmong(files))].filter((file) => file !== module);
}

describe('the clocks of the bench', () => {
  const importers = importersOf(CLOCKS);

  it('are used by its measurements', () => {
    expect(importers).toContain('tests/bench/measurements/host-start.ts');
    expect(importers).toContain('tests/bench/main.ts');
  });

  it('reach no test, and nothing that tests use', () => {
    expect(importers.filter((file) => !file.startsWith('tests/bench/'))).toEqual([]);
  });
});
