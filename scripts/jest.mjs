import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOM_FOR_GARBAGE } from './room-for-garbage.mjs';
import { runNode } from './run-command.mjs';

/**
 * A failure of a run, as its end tells it.
 *
 * @typedef {object} Failure
 * @property {string | null} file from the clone's folder; null where it belongs to no file
 * @property {string} title names of the groups and of the test
 * @property {string} message the expectation with its values, then the stack
 */

/**
 * Result of a file of tests.
 *
 * @typedef {{ file: string, passed: number, failures: { title: string, message: string }[] }} Outcome
 */

/** Results of a run: those of its files, failures of none of them, and what failed by chance. @typedef {{ outcomes: Outcome[], others: Failure[], unsteady: Failure[] }} Report */

const ROOT = path.resolve(import.meta.dirname, '..');
const JEST = path.join(ROOT, 'node_modules/jest/bin/jest.js');

/** Options that make V8 compile the embedded database's WebAssembly only once, and only the used parts. */
const COMPILE_WHAT_RUNS = ['--liftoff-only', '--wasm-lazy-compilation'];

/** Variable that names the file into which tests/reporter.mjs writes the report. */
export const REPORT = 'CARDWRIGHT_REPORT';
/** Variable with which a time-out says what it waited for (tests/waits.mjs). To follow each promise costs more than the tests themselves. */
export const TELLS_WAITS = 'CARDWRIGHT_TELLS_WAITS';

/** The report of a run without files. @type {Report} */
export const NOTHING = { outcomes: [], others: [], unsteady: [] };

/**
 * Runs Jest.
 *
 * @param {string[]} options
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>} the exit code
 */
export function jestCommand(options, env) {
  return runNode([...COMPILE_WHAT_RUNS, ...ROOM_FOR_GARBAGE, JEST, ...options], { cwd: ROOT, env });
}

/**
 * Runs Jest, and reads what its reporter has written.
 *
 * @param {string} file that does not exist yet, for the report
 * @param {readonly string[]} options
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Report>} with a failure of its own if Jest ended early, or failed for a reason that no file has
 */
export async function runJest(file, options, env) {
  const code = await jestCommand(options, { ...env, [REPORT]: file });
  if (!existsSync(file)) return { ...NOTHING, others: code === 0 ? [] : [endedWith(code, 'before it wrote a report')] };
  /** @type {Report} */
  const report = JSON.parse(readFileSync(file, 'utf8'));
  const isRed = report.others.length > 0 || report.outcomes.some(({ failures }) => failures.length > 0);
  return code === 0 || isRed
    ? report
    : { ...report, others: [...report.others, endedWith(code, 'though no test failed')] };
}

/** @param {number} code @param {string} when @returns {Failure} */
const endedWith = (code, when) => ({
  file: null,
  title: `Jest ended with exit code ${code} ${when}`,
  message: 'Its own words stand above.',
});

/** @param {readonly Report[]} reports @returns {Report} */
export const together = (reports) => ({
  outcomes: reports.flatMap(({ outcomes }) => outcomes),
  others: reports.flatMap(({ others }) => others),
  unsteady: reports.flatMap(({ unsteady }) => unsteady),
});

/** Returns every failure of a report. @param {Report} report @returns {Failure[]} */
export const failuresOf = ({ outcomes, others }) => [
  ...outcomes.flatMap(({ file, failures }) => failures.map((failure) => ({ file, ...failure }))),
  ...others,
];
