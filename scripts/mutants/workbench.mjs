import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { KEEPER, PartsKeeper } from '@cardwright/stage';
import { ROOT } from '../set-up.mjs';
import { faulty, fileOfTest } from './list.mjs';

/** A test that takes longer waits for what a mutant keeps away, and has noticed it. */
const LONGEST_TEST_MS = 60_000;
/** A run of tests that takes longer hangs. */
const LONGEST_MS = 600_000;

/** Made by the set-up, in the root and in the packages: what is linked, because no test changes it. */
const LINKED = ['node_modules', 'dist'];
/** @type {{ workspaces: string[] }} */
const { workspaces: WORKSPACES } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));

/** @typedef {{ failed: string | undefined, broken: string | undefined, seconds: number }} Verdict what a run of tests says */

/**
 * A copy of the sources, in which one mutant at a time is made and judged. The clone itself is never changed, so that whoever works in it
 * goes on doing so.
 */
export class Workbench {
  /** @param {string} folder @param {PartsKeeper} keeper @param {string} keeperAddress */
  constructor(folder, keeper, keeperAddress) {
    this.folder = folder;
    this.keeper = keeper;
    this.keeperAddress = keeperAddress;
  }

  /** Copies what git knows, changed or not, and what it does not ignore. @param {string} folder that does not exist yet */
  static async open(folder) {
    const copy = path.join(folder, 'copy');
    const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: ROOT });
    for (const file of listed.toString().split('\0')) {
      if (file !== '' && existsSync(path.join(ROOT, file))) cpSync(path.join(ROOT, file), path.join(copy, file));
    }
    for (const home of ['', ...WORKSPACES]) {
      for (const name of LINKED) {
        const made = path.join(ROOT, home, name);
        if (existsSync(made)) symlinkSync(made, path.join(copy, home, name));
      }
    }
    const address = path.join(folder, 'keeper');
    return new Workbench(folder, await PartsKeeper.listen(address), address);
  }

  /** Ends the parts that the tests shared. */
  async close() {
    await this.keeper.close();
  }

  /** Runs a file of tests as it is. @param {string} test @param {string | undefined} only @returns {Promise<Verdict>} */
  judge(test, only) {
    return this.#run(test, only);
  }

  /** Runs the tests of a mutant with its fault, one file after the other until one fails, and takes the fault out again. @param {import('./list.mjs').Mutant} mutant @returns {Promise<Verdict>} */
  async judgeMutant(mutant) {
    const file = path.join(this.folder, 'copy', mutant.file);
    const sound = readFileSync(file, 'utf8');
    writeFileSync(file, faulty(this.#copy, mutant));
    let seconds = 0;
    try {
      for (const test of mutant.tests) {
        const verdict = await this.#run(test, mutant.only);
        seconds += verdict.seconds;
        if (verdict.failed !== undefined || verdict.broken !== undefined) return { ...verdict, seconds };
      }
      return { failed: undefined, broken: undefined, seconds };
    } finally {
      writeFileSync(file, sound);
    }
  }

  get #copy() {
    return path.join(this.folder, 'copy');
  }

  /** @param {string} test @param {string | undefined} only @returns {Promise<Verdict>} */
  async #run(test, only) {
    const report = path.join(this.folder, 'report.json');
    rmSync(report, { force: true });
    mkdirSync(path.join(this.folder, 'tmp'), { recursive: true });
    const start = performance.now();
    const printed = await this.#jest([
      ...['--runTestsByPath', fileOfTest(this.#copy, test) ?? test, '--runInBand'],
      // A fault may leave a timer or a socket open, for which Jest would wait after the last test.
      ...[`--testTimeout=${LONGEST_TEST_MS}`, '--json', `--outputFile=${report}`, '--forceExit'],
      ...(only === undefined ? [] : ['--testNamePattern', only]),
    ]);
    const seconds = (performance.now() - start) / 1000;
    if (!existsSync(report)) return { failed: undefined, broken: printed, seconds };
    return { ...this.#read(JSON.parse(readFileSync(report, 'utf8'))), seconds };
  }

  /**
   * Runs Jest and returns the end of what it printed, or that it had to be ended.
   *
   * @param {string[]} args
   */
  async #jest(args) {
    const jest = path.join(this.#copy, 'node_modules/jest/bin/jest.js');
    const child = spawn(process.execPath, ['--liftoff-only', '--wasm-lazy-compilation', jest, ...args], {
      cwd: this.#copy,
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: LONGEST_MS,
      killSignal: 'SIGKILL',
      env: {
        ...process.env,
        NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
        PCSCLITE_CSOCK_NAME: path.join(this.folder, 'no-pcscd-here'),
        CARDWRIGHT_LOG_LEVEL: 'off',
        CARDWRIGHT_FIRST_FAILURE_ENDS: 'yes',
        CARDWRIGHT_SEED: process.env['CARDWRIGHT_SEED'] || '1',
        // What a test that had to be ended has left is removed with the folder.
        TMPDIR: path.join(this.folder, 'tmp'),
        [KEEPER]: this.keeperAddress,
      },
    });
    const end = () => child.kill('SIGKILL');
    process.once('exit', end);
    let printed = '';
    child.stderr.on('data', (chunk) => (printed = `${printed}${chunk}`.slice(-2000)));
    const [, signal] = await once(child, 'close');
    process.off('exit', end);
    return signal === null ? printed : `it was ended by ${signal} after ${LONGEST_MS / 1000} s`;
  }

  /** @param {{ numPassedTests: number, testResults: { name: string, message: string, assertionResults: { status: string, fullName: string }[] }[] }} report */
  #read({ numPassedTests, testResults }) {
    for (const { name, assertionResults } of testResults) {
      const failed = assertionResults.find(({ status }) => status === 'failed');
      const file = path.relative(path.join(this.#copy, 'tests'), name).replace(/(?:\.\w+)*\.test\.ts$/, '');
      if (failed) return { failed: `${file} › ${failed.fullName}`, broken: undefined };
    }
    // A file that does not even load has no test that fails, and says nothing about the promise.
    const unloaded = testResults.find(
      ({ message, assertionResults }) => message !== '' && assertionResults.length === 0,
    );
    const broken = unloaded?.message ?? (numPassedTests === 0 ? 'no test ran' : undefined);
    return { failed: undefined, broken };
  }
}
