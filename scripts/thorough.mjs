/**
 * `npm test` keeps one walk through each branch and each screen; `npm run test:all` runs everything. What the former leaves out is called
 * thorough (docs/testing.md), and this variable runs it too.
 */
export const VARIABLE = 'CARDWRIGHT_TESTS';
export const EVERYTHING = 'all';

/** A file of which every test is thorough. */
export const THOROUGH_FILE = '.all.test.ts';

/** @param {NodeJS.ProcessEnv} environment */
export const runsEverything = (environment) => environment[VARIABLE] === EVERYTHING;
