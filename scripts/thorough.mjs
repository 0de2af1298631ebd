/**
 * `npm test` runs one walk through each branch and each screen; `npm run test:all` runs everything. The tests that only the latter runs are
 * called thorough (docs/testing.md). This variable enables them in the former, too.
 */
export const VARIABLE = 'CARDWRIGHT_TESTS';
export const EVERYTHING = 'all';

/** The name of a file whose tests are all thorough. */
export const THOROUGH_FILE = '.all.test.ts';

/** @param {NodeJS.ProcessEnv} environment */
export const runsEverything = (environment) => environment[VARIABLE] === EVERYTHING;
