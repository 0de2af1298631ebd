import path from 'node:path';
import { withLock } from './lock.mjs';
import { ensureNpmPackages } from './npm-packages.mjs';
import { runCommand, SetupError } from './run-command.mjs';
import { ensureSystemPackages } from './system-packages.mjs';

/**
 * `npm run demo` and `npm test` on a machine that has nothing but Node, npm and git: `run.mjs demo|test ARGUMENTS`.
 * Installs what is missing, builds what changed, then hands over. Only node's own modules are imported here, since
 * there may be no node_modules yet.
 */
const ROOT = path.resolve(import.meta.dirname, '../..');
const OLDEST_NODE = [20, 19];

try {
  process.exitCode = await main(process.argv[2], process.argv.slice(3));
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(`\n${error.message}`);
  process.exitCode = 1;
}

/**
 * @param {string | undefined} purpose
 * @param {string[]} args for the demo or for Jest
 * @returns {Promise<number>} the exit code
 */
async function main(purpose, args) {
  if (purpose !== 'demo' && purpose !== 'test')
    throw new SetupError('Usage: node demo/setup/run.mjs demo|test [ARGUMENTS]');
  demandNode();
  await ensureSystemPackages(purpose);
  // One set-up at a time in this clone. The lock is let go before the demo or the tests start: they may run side by side.
  await withLock(
    ROOT,
    async () => {
      await ensureNpmPackages(ROOT);
      const { build } = await import('./build.mjs');
      await build();
    },
    { onWait: () => console.log('Waiting for another set-up in this clone ...') },
  );
  const next = purpose === 'demo' ? 'demo/dist/main.js' : 'demo/setup/test.mjs';
  return runCommand(process.execPath, [path.join(ROOT, next), ...args], { cwd: ROOT });
}

function demandNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  throw new SetupError(`Cardwright needs Node ${OLDEST_NODE.join('.')} or newer; this is ${process.versions.node}.`);
}
