import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { comparedWith, testsOfChange, withoutChanged } from './changed-tests.mjs';
import { keepCosts, meterOfEndings, processorTime, readCosts, tellCosts, unexplained } from './costs.mjs';
import { tellEnd } from './ending.mjs';
import { failuresOf, jestCommand, NOTHING, runJest, TELLS_WAITS, together } from './jest.mjs';
import { lint } from './lint.mjs';
import { runNode, SetupError } from './run-command.mjs';
import { giveSecondChance } from './second-chance.mjs';
import { seedOf } from './seed.mjs';
import { ROOT, runProgram } from './set-up.mjs';
import { selectFiles } from './test-files.mjs';
import { EVERYTHING, VARIABLE, asksForEverything } from './thorough.mjs';

/**
 * Runs all tests, and each file that failed once more, alone, after all others (second-chance.mjs); `--once` does not. `--all`, or a path that names a
 * thorough file, includes the thorough tests (docs/testing.md). `--sweep` runs the whole fault sweep and nothing else. `--replay N` repeats the
 * files of worker N of the last run, in its order. With a path, only the tests of these files run, `--watch` runs them again at each change, and
 * `--changed` runs what the changes since the last commit can reach (`--changed=COMMIT`: since that one).
 * All other arguments go to Jest (a path filter, `-t NAME`). The last lines name each failing test, the last one is exactly `N passed, N failed`, and the
 * exit code says the same.
 */
const REPORTER = path.join(ROOT, 'tests/reporter.mjs');
const BENCH = path.join(ROOT, 'tests/dist/bench/main.js');

/**
 * Number of files that run at once. Each worker loads the modules for itself, so two cost about a tenth less than four, and take as long on two cores. More
 * of the thorough files wait for processes.
 */
const WORKERS = { some: 2, everything: 4 };

/** Number of parts of the whole fault sweep that run at once. Each keeps a core busy. */
const SWEEP_PARTS = 2;
/**
 * `npm run test:all` sweeps one operation of a profile in so many, and at one APDU in so many. Its seed draws with which it begins. `npm run sweep`
 * sweeps all.
 */
const SWEPT = { operations: 16, apdus: 8 };
const SWEEP = 'sweep';

/** Folder with the files that each worker ran, in their order: one list for each worker, named after its number. */
const ORDERS = path.join(ROOT, '.cache', 'test-orders');

/** Options with which only some tests of a file run, so that its cost says nothing. */
const NAMED = new Set(['-t', '--testNamePattern']);

/** Number of the dearest files to name. */
const DEAREST = 10;
/** Issuances that a file may cost without saying what it alone proves. */
const MOST_UNEXPLAINED = 60;

/** @typedef {import('./jest.mjs').Failure} Failure */
/** @typedef {import('./jest.mjs').Report} Report */

const scratch = mkdtempSync(path.join(tmpdir(), 'cardwright-test-'));
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));
const costs = path.join(scratch, 'costs');
mkdirSync(costs);
// Hosts started by tests do not write to this account's log.
process.env['CARDWRIGHT_LOG_LEVEL'] ??= 'off';

const { everything, replay, isSweep, once, args } = readArguments(process.argv.slice(2));
const seed = seedOf(process.env, { draws: everything || isSweep });
const environment = {
  ...process.env,
  NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --experimental-vm-modules --disable-warning=ExperimentalWarning`,
  // libpcsclite reads this once per process. So no test can ever reach the machine's own pcscd and a real card.
  PCSCLITE_CSOCK_NAME: path.join(scratch, 'no-pcscd-here'),
  CARDWRIGHT_COSTS: costs,
  // One seed for all processes, because each part of the sweep draws the same pairs of faults.
  CARDWRIGHT_SEED: seed,
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
let keepers = 0;

await runProgram(
  async () => {
    if (change) console.log(change.lines.join('\n'));
    if (isWatched) return await withKeeper(() => jestCommand([...args], environment)).then(({ result }) => result);
    const { result: first, left } = await withKeeper(run);
    const report = mayFailOnce() ? await giveSecondChance(first, runAgain) : first;
    const failures = [...failuresOf(report), ...left, ...(isPart ? [] : await measureIssuance())];
    const passed = report.outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
    if (passed + failures.length === 0 && !change) throw new SetupError('No test matches.');
    tellRun(failures.length > 0);
    console.log(tellEnd({ failures, unsteady: report.unsteady, passed }).join('\n'));
    return failures.length === 0 ? 0 : 1;
  },
  { lastWords: '0 passed, 1 failed' },
);

/** Returns true for a run of all tests: a developer repeats a part of them alone. */
function mayFailOnce() {
  return !once && !isPart && !isSweep && replay === undefined;
}

/** Prints what a run has cost, and how to repeat it. @param {boolean} isRed */
function tellRun(isRed) {
  const spent = readCosts(costs);
  if (!args.some((arg) => NAMED.has(arg))) keepCosts(spent);
  if (isPart) console.log('Style was not checked.');
  if (!isPart || spent.issuance !== undefined)
    console.log(tellCosts(spent, { whole: processorTime(), shared: shared.seconds }, DEAREST).join('\n'));
  // Thorough tests may cost what they do: they run apart from `npm test`.
  if (!isPart && !everything) for (const { file } of unexplained(spent, MOST_UNEXPLAINED)) tellUnexplained(file);
  if (!isPart && replay === undefined) tellOrders(isRed);
  if (!everything) console.log('What is thorough was left out: `npm run test:all` runs it too.');
  if (!isPart) console.log(`Drawn by CARDWRIGHT_SEED=${seed}.`);
}

/** @param {string} file */
function tellUnexplained(file) {
  console.log(`${file} costs more than ${MOST_UNEXPLAINED} issuances, and has no line "// Alone proves: …".`);
}

/**
 * Does some work beside a keeper, which ends the parts that workers share. It is built, so files that run from the sources do without.
 *
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<{ result: T, left: Failure[] }>} `left` names what its parts have left behind
 */
async function withKeeper(work) {
  if (!selected.needsBuild) return { result: await work(), left: [] };
  const { KEEPER, PartsKeeper } = await import('@cardwright/stage');
  const keeper = await PartsKeeper.listen(path.join(scratch, `keeper-${(keepers += 1)}`));
  environment[KEEPER] = keeper.address;
  const [outcome] = await Promise.allSettled([work()]);
  const left = await keeper.close(shared.end);
  if (outcome.status === 'rejected') throw outcome.reason;
  const title = 'Left behind by the parts that files share';
  return { result: outcome.value, left: left.map((message) => ({ file: null, title, message })) };
}

/** @returns {Promise<Report>} */
async function run() {
  if (isSweep) return await sweep({ operations: 1, apdus: 1 });
  if (replay !== undefined) return await again(replay);
  // The rules that need types take as long as many tests. The others have run before the build.
  const beside = everything && !isPart ? [styleWithTypes()] : [];
  return together(await Promise.all([...beside, tests()]));
}

/** @returns {Promise<Report>} */
async function styleWithTypes() {
  const others = (await lint(true)).map((check) => ({ file: null, title: check, message: 'Type: npm run lint' }));
  return { ...NOTHING, others };
}

/** Runs a file that has failed, with parts of its own, and has it say what it waits for. @param {string} file @returns {Promise<Report>} */
async function runAgain(file) {
  console.log(`Once more, alone: ${file}`);
  const variables = { [TELLS_WAITS]: 'yes', CARDWRIGHT_COSTS: undefined };
  const { result, left } = await withKeeper(() =>
    jest(`again-${file.replaceAll('/', '-')}`, ['--maxWorkers=1', '--runTestsByPath', file], variables),
  );
  return { ...result, others: [...result.others, ...left] };
}

/** @param {string[]} given */
function readArguments(given) {
  const at = given.indexOf('--replay');
  const replay = at === -1 ? undefined : given[at + 1];
  const isSweep = given.includes('--sweep');
  const isOurs = (/** @type {string} */ arg, /** @type {number} */ index) =>
    ['--all', '--sweep', '--once'].includes(arg) || (at !== -1 && (index === at || index === at + 1));
  const args = given.filter((arg, index) => !isOurs(arg, index));
  return { everything: asksForEverything(given, process.env), replay, isSweep, once: given.includes('--once'), args };
}

/** @returns {Promise<Report>} */
async function tests() {
  rmSync(ORDERS, { recursive: true, force: true });
  mkdirSync(ORDERS, { recursive: true });
  const workers = `--maxWorkers=${everything ? WORKERS.everything : WORKERS.some}`;
  const orders = { CARDWRIGHT_ORDERS: ORDERS };
  if (change) {
    // Without the summary, which would name every chosen file in one line.
    const options = [workers, `--reporters=${REPORTER}`, '--runTestsByPath', ...change.files];
    return jest('changed', options, orderOf(change.files));
  }
  if (!everything) return jest('tests', [workers], orders);
  const rest = await jest('tests', [workers, `--testMatch=**/!(${SWEEP}).test.ts`], orders);
  return together([rest, await sweep(SWEPT)]);
}

/**
 * Runs the fault sweep, in several processes at once.
 *
 * @param {{ operations: number, apdus: number }} share one operation of a profile in so many, and one APDU in so many
 * @returns {Promise<Report>}
 */
async function sweep({ operations, apdus }) {
  const first = Math.floor(Number(seed) / operations) % apdus;
  const parts = Array.from({ length: SWEEP_PARTS }, (_, index) => first + 1 + index * apdus);
  const reports = parts.map((part) =>
    jest(`sweep-${part}`, ['--maxWorkers=1', `--testMatch=**/${SWEEP}.test.ts`], {
      CARDWRIGHT_SWEEP: 'full',
      CARDWRIGHT_SUBJECTS: `${(Number(seed) % operations) + 1}/${operations}`,
      CARDWRIGHT_SHARD: `${part}/${apdus * SWEEP_PARTS}`,
    }),
  );
  return together(await Promise.all(reports));
}

/** Measures and notes what one issuance costs, in which the run is counted. The figure fails nothing. @returns {Promise<Failure[]>} */
async function measureIssuance() {
  const code = await runNode([BENCH, '--issuance'], { cwd: ROOT, env: environment });
  const title = 'The measurement of an issuance';
  return code === 0 ? [] : [{ file: null, title, message: `It ended with exit code ${code}: see its words above.` }];
}

/** Has these files run in their order. @param {string[]} files */
function orderOf(files) {
  const list = path.join(scratch, 'order');
  writeFileSync(list, files.join('\n'));
  return { CARDWRIGHT_ORDER: list };
}

/** Repeats the files of a worker of the last run, in its order. @param {string} worker @returns {Promise<Report>} */
function again(worker) {
  const order = path.join(ORDERS, worker);
  if (!existsSync(order)) throw new SetupError(`The last run had no worker ${worker}.`);
  const files = readFileSync(order, 'utf8').trim().split('\n');
  return jest('replay', ['--maxWorkers=1', '--runTestsByPath', ...files], { CARDWRIGHT_ORDER: order });
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
 * @returns {Promise<Report>}
 */
function jest(name, options, variables = {}) {
  const report = path.join(scratch, `${name}.json`);
  // An option without a value in between: Jest would take paths behind a list of patterns for more of them.
  return runJest(report, [...options, '--passWithNoTests', ...withoutChanged(args)], { ...environment, ...variables });
}
