import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DoorProgram } from '../../support/fuzz/run-doors.js';

/** Cases of `npm test`, for all doors together. `fuzz.all.test.ts` tries many more, on every version of Node.js. */
const CASES = 800;

let program: DoorProgram;
beforeAll(async () => {
  program = await DoorProgram.build();
});
afterAll(() => program.remove());

it('is ended by no key, certificate or request that someone made up', async () => {
  const seed = Number(process.env.CARDWRIGHT_SEED ?? randomInt(2 ** 31));
  const counts = Object.values(await program.run(process.execPath, seed, CASES));
  expect(counts.reduce((sum, { tried }) => sum + tried, 0)).toBeGreaterThanOrEqual(CASES);
  // Otherwise the doors are shut to everything, and the cases prove nothing.
  expect(counts.reduce((sum, { taken }) => sum + taken, 0)).toBeGreaterThan(0);
});
