import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, it } from '@jest/globals';

const ROOT = path.resolve(import.meta.dirname, '../../..');

/** Runs a program whose set-up fails, and returns the lines that it prints and its exit code. */
function failing(options: string): { lines: string[]; status: number | null } {
  const program = `
    import { SetupError } from './scripts/run-command.mjs';
    import { runProgram } from './scripts/set-up.mjs';
    await runProgram(() => { throw new SetupError('npm ci failed with 1: see its messages above.', ${options}); },
      { lastWords: '0 passed, 1 failed' });`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return { lines: [...stderr.trim().split('\n'), ...stdout.trim().split('\n')], status };
}

it('names the step of the set-up that failed, and what to type', () => {
  expect(failing("{ step: 'npm packages', type: 'npm ci' }")).toEqual({
    lines: [
      'npm ci failed with 1: see its messages above.',
      'The set-up stopped at this step: npm packages.',
      'Type: npm ci',
      '0 passed, 1 failed',
    ],
    status: 1,
  });
});

it('says no more than its reason where there is no step', () => {
  expect(failing('{}').lines).toEqual(['npm ci failed with 1: see its messages above.', '0 passed, 1 failed']);
});
