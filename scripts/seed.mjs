import { randomInt } from 'node:crypto';

/**
 * The seed by which `npm test` draws its samples and the order of its files. A commit fixes it, so that what a run finds belongs to the change that was
 * made. `npm run test:all` and `npm run sweep` draw a new one each time, and name it: what they find was there before.
 */
export const SEED = '20261207';

const HIGHEST_SEED = 2 ** 32 - 1;

/**
 * Returns the seed of a run. All its processes have one, because each part of the sweep draws the same pairs of faults.
 *
 * @param {NodeJS.ProcessEnv} environment whose CARDWRIGHT_SEED is taken if it is not empty
 * @param {{ draws: boolean }} run
 * @returns {string} decimal
 */
export const seedOf = ({ CARDWRIGHT_SEED }, { draws }) =>
  CARDWRIGHT_SEED || (draws ? String(randomInt(HIGHEST_SEED)) : SEED);
