import { randomInt } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { comparedWith, testsOfChange, withoutChanged } from './changed-tests.mjs';
import { keepCosts, meterOfEndings, processorTime, readCosts, tellCosts, unexplained } from './costs.mjs';
import { lint } from './lint.mjs';
import { ROOM_FOR_GARBAGE } from './room-for-garbage.mjs';
import { runNode, SetupError } from './run-command.mjs';
import { ROOT, runProgram } from './set-up.mjs';
import { selectFiles } from './test-files.mjs';
import { EVERYTHING, VARIABLE, asksForEverything } from './thorough.mjs';

/**
 * Runs all tests, with lint beside them, and at last the tests that measure time, with nothing beside them. `--all`, or a path that names a
 * thorough file, includes the thorough tests (docs/testing.md). `--sweep` runs the whole fault sweep and nothing else. `--replay N` repeats the
 * files of worker N of the last run, in its order. With a path, only the tests of these files run, `--watch` runs them again at each change, and
 * `--changed` runs what the changes since the last commit can reach (`--changed=COMMIT`: since that one).
 * All other arguments go to Jest (a path filter, `-t NAME`). The last line printed is exactly `N passed, N failed`, and the exit code says
 * the same.
 */
const JEST = path.join(ROOT, 'node_modules/jest/bin/jest.js');
const REPORTER = path.join(ROOT, 'tests/reporter.mjs');

/** Options that make V8 compile the embedded database's WebAssembly only once, and only the used parts. */
const COMPILE_WHAT_RUNS = ['--liftoff-only', '--wasm-lazy-compilation'];
/**
 * Number of files that run at once. Each worker loads the modules for itself, so two cost about a tenth less than four, and take as long on two cores. More
 * of the thorough files wait for processes.
 */
const WORKERS = { some: 2, everything: 4 };

/** Files that measure time. */
const TIMED = '*.timed';
/** @param {string} file */
const isTimed = (file) => file.endsWith('.timed.test.ts');

/** Number of parts of the whole fault sweep that run at once. Each keeps a core busy. */
const SWEEP_PARTS = 2;
/**
 * `npm run test:all` sweeps one operation of a profile in so many, and at one APDU in so many. Its seed draws with which it begins. `npm run sweep`
 * sweeps all.
 */
const SWEPT = { operations: 16, apdus: 8 };
const SWEEP = 'sweep';
const HIGHEST_SEED = 2 ** 32 - 1;

/** Folder with the files that each worker ran, in their order: one list for each worker, named after its number. */
const ORDERS = path.join(ROOT, '.cache', 'test-orders');

/** Options with which only some tests of a file run, so that its cost says nothing. */
const NAMED = new Set(['-t', '--testNamePattern']);

/** Number of the dearest files to name. */
const DEAREST = 10;
/** Issuances that a file may cost without saying what it alone proves. */
const MOST_UNEXPLAINED = 60;

/** @typedef {{ passed: number, failed: number }} Count */

const scratch = mkdtempSync(path.join(tmpdir(), 'cardwright-test-'));
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));
const costs = path.join(scratch, 'costs');
mkdirSync(costs);
// Hosts started by tests do not write to this account's log.
process.env['CARDWRIGHT_LOG_LEVEL'] ??= 'off';

const { everything, replay, isSweep, args } = readArguments(process.argv.slice(2));
const environment = {
  ...process.env,
  NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --experimental-vm-modules --disable-warning=ExperimentalWarning`,
  // libpcsclite reads this once per process. So no test can ever reach the machine's own pcscd and a real card.
  PCSCLITE_CSOCK_NAME: path.join(scratch, 'no-pcscd-here'),
  CARDWRIGHT_COSTS: costs,
  // One seed for all processes, because each part of the sweep draws the same pairs of faults.
  CARDWRIGHT_SEED: process.env['CARDWRIGHT_SEED'] || String(randomInt(HIGHEST_SEED)),
  ...(everything ? { [VARIABLE]: EVERYTHING } : {}),
};

/** With paths, a run is part of the whole: it checks no style, and may need no build. */
const ref = comparedWith(args);
const change = ref === undefined ? undefined : testsOfChange(ref);
const selected = change
  ? { paths: change.files, files: change.files, needsBuild: false }
  : selectFiles(args, everything);
const isPart = change !== undefined || selected.paths.length > 0;
const isWatched = args.some((arg) => ['--watch', '--watchAll'].includes(arg));

/** Measures what the parts cost that workers share. */
const shared = meterOfEndings();

await runProgram(
  async () => {
    if (change) console.log(change.lines.join('\n'));
    const keeper = selected.needsBuild ? await startKeeper() : undefined;
    const counts = [];
    try {
      if (isWatched) return await jestCommand([...args]);
      counts.push(...(await run()));
    } finally {
      const left = (await keeper?.close(shared.end)) ?? [];
      if (left.length > 0) console.error(`Left behind by the parts that workers share:\n${left.join('\n')}`);
      counts.push({ passed: 0, failed: left.length });
    }
    // Thorough tests may cost what they do: they run apart from `npm test`.
    counts.push({ passed: 0, failed: isPart || everything ? 0 : complain() });
    const count = sum(counts);
    const spent = readCosts(costs);
    if (!args.some((arg) => NAMED.has(arg))) keepCosts(spent);
    if (count.passed + count.failed === 0 && !change) throw new SetupError('No test matches.');
    if (isPart) console.log('Style was not checked.');
    if (!isPart || spent.issuance !== undefined) {
      console.log(tellCosts(spent, { whole: processorTime(), shared: shared.seconds }, DEAREST).join('\n'));
    }
    if (!isPart && replay === undefined) tellOrders(count.failed > 0);
    if (!everything) console.log('What is thorough was left out: `npm run test:all` runs it too.');
    console.log(`${count.passed} passed, ${count.failed} failed`);
    return count.failed === 0 ? 0 : 1;
  },
  { lastWords: '0 passed, 1 failed' },
);

/** Starts what ends the parts that workers share. It is built, so files that run from the sources do without. */
async function startKeeper() {
  const { KEEPER, PartsKeeper } = await import('@cardwright/stage');
  const keeper = await PartsKeeper.listen(path.join(scratch, 'keeper'));
  environment[KEEPER] = keeper.address;
  return keeper;
}

/** @returns {Promise<Count[]>} */
async function run() {
  if (isSweep) return [await sweep({ operations: 1, apdus: 1 })];
  if (replay !== undefined) return [await again(replay)];
  const beside = isPart ? [] : [lint(everything)];
  return [...(await Promise.all([...beside, tests()])), await timed()];
}

/** @param {string[]} given */
function readArguments(given) {
  const at = given.indexOf('--replay');
  const replay = at === -1 ? undefined : given[at + 1];
  const isSweep = given.includes('--sweep');
  const isOurs = (/** @type {string} */ arg, /** @type {number} */ index) =>
    ['--all', '--sweep'].includes(arg) || (at !== -1 && (index === at || index === at + 1));
  const args = given.filter((arg, index) => !isOurs(arg, index));
  return { everything: asksForEverything(given, process.env), replay, isSweep, args };
}

/** Runs everything but the tests that measure time. @returns {Promise<Count>} */
async function tests() {
  rmSync(ORDERS, { recursive: true, force: true });
  mkdirSync(ORDERS, { recursive: true });
  const workers = `--maxWorkers=${everything ? WORKERS.everything : WORKERS.some}`;
  const orders = { CARDWRIGHT_ORDERS: ORDERS };
  if (selected.files.every(isTimed)) return { passed: 0, failed: 0 };
  if (change) {
    // Without the summary, which would name every chosen file in one line.
    const options = [workers, `--reporters=${REPORTER}`, '--runTestsByPath', ...change.files];
    return jest('changed', options, orderOf(change.files));
  }
  if (!everything) return jest('tests', [workers, `--testMatch=**/!(${TIMED}).test.ts`], orders);
  const rest = await jest('tests', [workers, `--testMatch=**/!(${SWEEP}|${TIMED}).test.ts`], orders);
  return sum([rest, await sweep(SWEPT)]);
}

/**
 * Runs the fault sweep, in several processes at once.
 *
 * @param {{ operations: number, apdus: number }} share one operation of a profile in so many, and one APDU in so many
 * @returns {Promise<Count>}
 */
async function sweep({ operations, apdus }) {
  const seed = Number(environment.CARDWRIGHT_SEED);
  const first = Math.floor(seed / operations) % apdus;
  const parts = Array.from({ length: SWEEP_PARTS }, (_, index) => first + 1 + index * apdus);
  const counts = parts.map((part) =>
    jest(`sweep-${part}`, ['--maxWorkers=1', `--testMatch=**/${SWEEP}.test.ts`], {
      CARDWRIGHT_SWEEP: 'full',
      CARDWRIGHT_SUBJECTS: `${(seed % operations) + 1}/${operations}`,
      CARDWRIGHT_SHARD: `${part}/${apdus * SWEEP_PARTS}`,
    }),
  );
  return sum(await Promise.all(counts));
}

/** Runs the tests that measure time. Their limits mean nothing while other tests use the processor. @returns {Promise<Count>} */
async function timed() {
  if (!selected.files.some(isTimed)) return { passed: 0, failed: 0 };
  return jest('timed', ['--maxWorkers=1', `--testMatch=**/${TIMED}.test.ts`], {}, []);
}

/** Has these files run in their order. @param {string[]} files */
function orderOf(files) {
  const list = path.join(scratch, 'order');
  writeFileSync(list, files.join('\n'));
  return { CARDWRIGHT_ORDER: list };
}

/** Repeats the files of a worker of the last run, in its order. @param {string} worker @returns {Promise<Count>} */
function again(worker) {
  const order = path.join(ORDERS, worker);
  if (!existsSync(order)) throw new SetupError(`The last run had no worker ${worker}.`);
  const files = readFileSync(order, 'utf8').trim().split('\n');
  return jest('replay', ['--maxWorkers=1', '--runTestsByPath', ...files], { CARDWRIGHT_ORDER: order });
}

/** Names the dear files that do not say what they alone prove. @returns {number} how many */
function complain() {
  const files = unexplained(readCosts(costs), MOST_UNEXPLAINED);
  for (const { file } of files) {
    console.error(`${file} costs more than ${MOST_UNEXPLAINED} issuances, and has no line "// Alone proves: …".`);
  }
  return files.length;
}

/** @param {boolean} whole prints the orders themselves, for a log that is read elsewhere */
function tellOrders(whole) {
  for (const worker of readdirSync(ORDERS).sort()) {
    const files = readFileSync(path.join(ORDERS, worker), 'utf8').trim().split('\n');
    console.log(
      `Worker ${worker} ran ${files.length} files; \`npm test -- --replay ${worker}\` runs them in the same order.`,
    );
    if (whole) console.log(files.map((file) => `  ${file}`).join('\n'));
  }
}

/**
 * @param {string} name of the run, for its report
 * @param {string[]} options
 * @param {NodeJS.ProcessEnv} [variables]
 * @param {readonly string[]} [memory] options of V8
 * @returns {Promise<Count>}
 */
async function jest(name, options, variables = {}, memory = ROOM_FOR_GARBAGE) {
  const report = path.join(scratch, `${name}.json`);
  const code = await jestCommand(
    [...options, '--passWithNoTests', '--json', `--outputFile=${report}`, ...withoutChanged(args)],
    variables,
    memory,
  );
  if (!existsSync(report)) return { passed: 0, failed: code === 0 ? 0 : 1 };
  const result = JSON.parse(readFileSync(report, 'utf8'));
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
  return { passed: result.numPassedTests, failed: failed === 0 && code !== 0 ? 1 : failed };
}

/**
 * @param {string[]} options
 * @param {NodeJS.ProcessEnv} [variables]
 * @param {readonly string[]} [memory] options of V8
 * @returns {Promise<number>} the exit code
 */
function jestCommand(options, variables = {}, memory = ROOM_FOR_GARBAGE) {
  return runNode([...COMPILE_WHAT_RUNS, ...memory, JEST, ...options], {
    cwd: ROOT,
    env: { ...environment, ...variables },
  });
}

/** @param {Count[]} counts @returns {Count} */
function sum(counts) {
  return counts.reduce((a, b) => ({ passed: a.passed + b.passed, failed: a.failed + b.failed }));
}
