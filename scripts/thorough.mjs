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

/**
 * Returns true if a run of tests includes thorough ones, and so needs what only they need.
 *
 * @param {readonly string[]} args of `scripts/test.mjs`
 * @param {NodeJS.ProcessEnv} environment
 */
export const asksForEverything = (args, environment) =>
  args.some((arg) => ['--all', '--sweep'].includes(arg) || arg.includes(THOROUGH_FILE)) || runsEverything(environment);
