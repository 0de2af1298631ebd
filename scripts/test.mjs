import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runCommand, SetupError } from './run-command.mjs';
import { ROOT, runProgram } from './set-up.mjs';

/**
 * Lint, then Jest: unit tests, the simulation, integration and end-to-end tests, one after the other. Arguments go to Jest (a path filter,
 * `-t NAME`); the last line printed is exactly `N passed, N failed`, and the exit code says the same.
 */
const BIN = path.join(ROOT, 'node_modules');

/** Exit codes above this one stand for a signal. */
const SIGNALLED = 128;

/** Each file has its own pcscd, portal and browser, and mostly waits for them: three at a time fit on two cores. */
const WORKERS = 3;
const LEVELS = ['unit', 'simulation', 'integration', 'e2e'];

/** @typedef {{ passed: number, failed: number }} Count */

const scratch = mkdtempSync(path.join(tmpdir(), 'cardwright-test-'));
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));

await runProgram(
  async () => {
    const count = sum([await lint(), ...(await inOrder(LEVELS, (level) => test(level, process.argv.slice(2))))]);
    if (count.passed + count.failed === 0) throw new SetupError('No test matches.');
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
  const codes = await inOrder(checks, ([tool = '', ...args]) => runNode([path.join(BIN, tool), ...args]));
  return { passed: 0, failed: codes.filter((code) => code !== 0).length };
}

/**
 * @param {string} level
 * @param {string[]} args
 * @returns {Promise<Count>}
 */
async function test(level, args) {
  if (!existsSync(path.join(ROOT, 'tests', level))) return { passed: 0, failed: 0 };
  const report = path.join(scratch, `${level}.json`);
  const code = await runNode(
    [
      path.join(BIN, 'jest/bin/jest.js'),
      '--passWithNoTests',
      `--maxWorkers=${WORKERS}`,
      `--roots=<rootDir>/tests/${level}`,
      '--json',
      `--outputFile=${report}`,
      ...args,
    ],
    {
      ...process.env,
      NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --experimental-vm-modules --disable-warning=ExperimentalWarning`,
      // libpcsclite reads this once per process: no test can ever reach the machine's own pcscd and a real card.
      PCSCLITE_CSOCK_NAME: path.join(scratch, 'no-pcscd-here'),
    },
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
