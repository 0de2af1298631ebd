import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './build-packages.mjs';
import { withLock } from './lock.mjs';
import { ensureNodeVersions } from './node-versions.mjs';
import { lint } from './lint.mjs';
import { ensureNpmPackages } from './npm-packages.mjs';
import { SetupError } from './run-command.mjs';
import { ensureSystemPackages } from './system-packages.mjs';

/** The clone's folder. */
export const ROOT = path.resolve(import.meta.dirname, '..');
const OLDEST_NODE = [20, 19];

/**
 * Prepares a machine that has only Node, npm and git: installs what is missing and builds what has changed. One set-up runs at a time in
 * this clone. The lock is released at the end, so demos and tests may run side by side.
 *
 * @param {'demo' | 'test' | 'test-all' | 'package' | 'gallery'} purpose
 * @param {{ checksStyle?: boolean }} [options] `checksStyle` checks format, lint rules and imports before anything is built
 * @throws {SetupError} with what the user can do
 */
export async function setUp(purpose, { checksStyle = false } = {}) {
  demandNode();
  await withLock(
    ROOT,
    async () => {
      // The system's packages are unpacked while npm waits for its registry and while the build computes. If both fail, the message is about the
      // system.
      const system = ensureSystemPackages(purpose);
      const outcomes = await Promise.allSettled([
        system,
        ensureNpmPackages(ROOT)
          .then(() => (checksStyle ? checkStyle() : undefined))
          .then(() => build(system)),
        ...(purpose === 'test-all' ? [ensureNodeVersions()] : []),
      ]);
      for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
    },
    { onWait: () => console.log('Waiting for another set-up in this clone ...') },
  );
}

/**
 * Prepares tests that run from the sources: installs the npm packages, and bundles the libraries that the tests import, where one of them has changed.
 *
 * @throws {SetupError} with what the user can do
 */
export async function prepareSources() {
  demandNode();
  await withLock(ROOT, async () => {
    await ensureNpmPackages(ROOT);
    // Imported only here, because it needs the bundler, which may have been installed just now.
    const { ensureLibraries } = await import(pathToFileURL(path.join(ROOT, 'tests', 'build.mjs')).href);
    await ensureLibraries();
  });
}

/**
 * Runs a program of the set-up. Its result is the exit code, and a SetupError is shown without a stack.
 *
 * @param {() => Promise<number>} program
 * @param {{ lastWords?: string }} [options] `lastWords` are printed after the message of a SetupError
 */
export async function runProgram(program, { lastWords } = {}) {
  try {
    process.exitCode = await program();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(`\n${error.message}`);
    if (error.step !== undefined) console.error(`The set-up stopped at this step: ${error.step}.`);
    if (error.type !== undefined) console.error(`Type: ${error.type}`);
    process.exitCode = 1;
    if (lastWords !== undefined) console.log(lastWords);
  }
}

/** Says what is wrong with the style before anything takes long. */
async function checkStyle() {
  const found = await lint(false);
  if (found.length > 0)
    throw new SetupError(`${found.join(', ')}: see above.`, { step: 'check of style', type: 'npm run lint' });
  console.log('Format, lint rules and imports are clean.');
}

function demandNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  throw new SetupError(`Cardwright needs Node ${OLDEST_NODE.join('.')} or newer; this is ${process.versions.node}.`, {
    step: 'Node.js',
  });
}
