import { expect, it } from '@jest/globals';
import { runWithInput } from '../../support/run-with-input.js';

/** More than a pipe holds. */
const MUCH = 'x'.repeat(1_000_000);

const node = (script: string, env?: NodeJS.ProcessEnv) => runWithInput(process.execPath, ['-e', script], MUCH, env);

it('gives a program its input, and returns its output', async () => {
  expect((await node('process.stdin.pipe(process.stdout)')).stdout).toBe(MUCH);
});

it('takes a program that reads nothing of its input by its exit code', async () => {
  expect(await node('')).toEqual({ stdout: '', stderr: '' });
  await expect(node('process.exit(3)')).rejects.toMatchObject({ code: 3 });
});

it('gives a program the environment that it is told, and no other', async () => {
  expect((await node('console.log(JSON.stringify(process.env))', { ONLY: 'this' })).stdout).toBe('{"ONLY":"this"}\n');
});
