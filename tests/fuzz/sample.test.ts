// Alone proves: a sample of hostile input ends, hangs and grows nothing behind any door.
import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import path from 'node:path';
import { expect, it } from '@jest/globals';

/** Of so many cases of `npm run fuzz` a run of the tests has one. */
const SHARE = 5000;
const MAIN = path.join(import.meta.dirname, '../dist/fuzz/main.js');

it('finds no fault behind any door with a sample of hostile input', async () => {
  const seed = Number(process.env.CARDWRIGHT_SEED ?? randomInt(2 ** 31)) % 2 ** 31;
  const said = await new Promise<string>((resolve) => {
    execFile(process.execPath, [MAIN, '--seed', String(seed), '--share', String(SHARE)], (error, stdout, stderr) =>
      resolve(`${stdout}${stderr}${error ? `ended with ${String(error.code)}` : ''}`),
    );
  });
  expect(said).toMatch(/, 0 faults\n$/);
});
