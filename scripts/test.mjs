import { randomInt } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runCommand, SetupError, SIGNALLED } from './run-command.mjs';
import { ROOT, runProgram } from './set-up.mjs';
import { EVERYTHING, THOROUGH_FILE, VARIABLE, runsEverything } from './thorough.mjs';

/**
 * Unit tests, those of the engine and the simulation, with lint beside them; then integration and end-to-end tests; at last what
 * measures time, with nothing beside it. `--all`, or a path that names a thorough file, runs what is thorough too (docs/testing.md). All other arguments go to Jest (a
 * path filter, `-t NAME`); the last line printed is exactly `N passed, N failed`, and the exit code says the same.
 */
const BIN = path.join(ROOT, 'node_modules');

/** Each file has its own pcscd, portal and browser, and mostly waits for them: three at a time fit on two cores. */
const WORKERS = 3;

/** What stays in one process, and keeps it busy: beside the linter. */
const IN_ONE_PROCESS = ['unit', 'engine', 'simulation'];
const OF_PROCESSES = ['integration', 'e2e'];

/** Files that measure time. */
const TIMED = '*.timed';
const REST = `--testMatch=**/!(${TIMED}).test.ts`;

/** The whole fault sweep keeps a core busy: this many parts of it run at once. */
const SWEEP_PARTS = 2;
const SWEEP = 'sweep';
const HIGHEST_SEED = 2 ** 32 - 1;

/** @typedef {{ passed: number, failed: number }} Count */

const scratch = mkdtempSync(path.join(tmpdir(), 'cardwright-test-'));
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));

const given = process.argv.slice(2);
const args = given.filter((arg) => arg !== '--all');
const everything =
  args.length < given.length || runsEverything(process.env) || args.some((arg) => arg.includes(THOROUGH_FILE));
const environment = {
  ...process.env,
  NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --experimental-vm-modules --disable-warning=ExperimentalWarning`,
  // libpcsclite reads this once per process: no test can ever reach the machine's own pcscd and a real card.
  PCSCLITE_CSOCK_NAME: path.join(scratch, 'no-pcscd-here'),
  // One for all processes, since each part of the sweep draws the same pairs of faults.
  CARDWRIGHT_SEED: process.env['CARDWRIGHT_SEED'] || String(randomInt(HIGHEST_SEED)),
  ...(everything ? { [VARIABLE]: EVERYTHING } : {}),
};

await runProgram(
  async () => {
    const first = await Promise.all([lint(), inOrder(IN_ONE_PROCESS, (level) => test(level, WORKERS - 1))]);
    const then = await inOrder(OF_PROCESSES, (level) => test(level, WORKERS));
    const count = sum([...first.flat(), ...then, await timed()]);
    if (count.passed + count.failed === 0) throw new SetupError('No test matches.');
    if (!everything) console.log('What is thorough was left out: `npm run test:all` runs it too.');
    console.log(`${count.passed} passed, ${count.failed} failed`);
    return count.failed === 0 ? 0 : 1;
  },
  { lastWords: '0 passed, 1 failed' },
);

/** Style and lint count as nothing when clean, and as one failed test each when not. @returns {Promise<Count>} */
async function lint() {
  const checks = [
    ['eslint/bin/eslint.js', '.'],
    ['prettier/bin/prettier.cjs', '--check', '--log-level=warn', '.'],
  ];
  const codes = await Promise.all(checks.map(([tool = '', ...options]) => runNode([path.join(BIN, tool), ...options])));
  return { passed: 0, failed: codes.filter((code) => code !== 0).length };
}

/** @param {string} level @param {number} most workers @returns {Promise<Count>} */
async function test(level, most) {
  const workers = `--maxWorkers=${most}`;
  if (level !== 'simulation' || !everything) return jest(level, [level], [workers, REST]);
  const rest = await jest(level, [level], [workers, `--testMatch=**/!(${SWEEP}|${TIMED}).test.ts`]);
  const parts = Array.from({ length: SWEEP_PARTS }, (_, index) => index + 1);
  const sweeps = parts.map((part) =>
    jest(`sweep-${part}`, [level], ['--maxWorkers=1', `--testMatch=**/${SWEEP}.test.ts`], {
      CARDWRIGHT_SWEEP: 'full',
      CARDWRIGHT_SHARD: `${part}/${SWEEP_PARTS}`,
    }),
  );
  return sum([rest, ...(await Promise.all(sweeps))]);
}

/** A limit of time says nothing while other tests use the processor. @returns {Promise<Count>} */
function timed() {
  return jest('timed', [...IN_ONE_PROCESS, ...OF_PROCESSES], ['--maxWorkers=1', `--testMatch=**/${TIMED}.test.ts`]);
}

/**
 * @param {string} name of the run, for its report
 * @param {string[]} levels the folders of the tests
 * @param {string[]} options
 * @param {NodeJS.ProcessEnv} [variables]
 * @returns {Promise<Count>}
 */
async function jest(name, levels, options, variables = {}) {
  const report = path.join(scratch, `${name}.json`);
  const code = await runNode(
    [
      path.join(BIN, 'jest/bin/jest.js'),
      ...options,
      ...levels.map((level) => `--roots=<rootDir>/tests/${level}`),
      '--passWithNoTests',
      '--json',
      `--outputFile=${report}`,
      ...args,
    ],
    { ...environment, ...variables },
  );
  if (!existsSync(report)) return { passed: 0, failed: code === 0 ? 0 : 1 };
  const result = JSON.parse(readFileSync(report, 'utf8'));
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
  return { passed: result.numPassedTests, failed: failed === 0 && code !== 0 ? 1 : failed };
}

/**
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @throws {SetupError} when a signal ends it: after Ctrl-C nothing more is started
 */
async function runNode(args, env = process.env) {
  const code = await runCommand(process.execPath, args, { cwd: ROOT, env });
  if (code > SIGNALLED)
    throw new SetupError(`${path.basename(args[0] ?? '')} was ended by a signal (exit code ${code}).`);
  return code;
}

/**
 * @template T, R
 * @param {T[]} items
 * @param {(item: T) => Promise<R>} work
 * @returns {Promise<R[]>}
 */
async function inOrder(items, work) {
  const results = [];
  for (const item of items) results.push(await work(item));
  return results;
}

/** @param {Count[]} counts @returns {Count} */
function sum(counts) {
  return counts.reduce((a, b) => ({ passed: a.passed + b.passed, failed: a.failed + b.failed }));
}
