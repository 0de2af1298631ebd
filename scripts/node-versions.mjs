import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runCommand, SetupError } from './run-command.mjs';

const ROOT = path.resolve(import.meta.dirname, '..');
/** What the registry has of Node.js, pinned with its hashes. */
const PINNED = path.join(ROOT, 'tests', 'node-versions');
/** Beside node_modules, which an installation empties. */
const FOLDER = path.join(ROOT, '.cache', 'node-versions');
const FILES = ['package.json', 'package-lock.json'];

/** The versions of Node.js that the tests of foreign keys run on: of each line that `engines` allows, the newest. */
export const NODE_VERSIONS = Object.keys(
  JSON.parse(readFileSync(path.join(PINNED, 'package.json'), 'utf8')).optionalDependencies,
)
  .filter((name) => name.endsWith('-x64'))
  .map((name) => name.split('-')[1] ?? '');

/**
 * Returns the program of a version.
 *
 * @param {string} version one of `NODE_VERSIONS`
 */
export const nodeOf = (version) => path.join(FOLDER, 'node_modules', `node-${version}-${process.arch}`, 'bin', 'node');

/**
 * Installs the versions, unless they are there. They have 800 MB, so only `npm run test:all` does this.
 *
 * @throws {SetupError} when npm fails, or has none for this machine
 */
export async function ensureNodeVersions() {
  const pinned = FILES.map((file) => readFileSync(path.join(PINNED, file), 'utf8'));
  const stamp = path.join(FOLDER, 'installed');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === pinned.join('')) return;
  console.log(`Installing Node.js ${NODE_VERSIONS.join(', ')} for the tests of foreign keys ...`);
  mkdirSync(FOLDER, { recursive: true });
  for (const [index, file] of FILES.entries()) writeFileSync(path.join(FOLDER, file), pinned[index] ?? '');
  const code = await runCommand('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: FOLDER,
  });
  if (code !== 0)
    throw new SetupError(`npm ci failed with ${code}: see its messages above.`, {
      step: 'other versions of Node.js',
      type: `cd ${path.relative(ROOT, FOLDER)} && npm ci`,
    });
  const missing = NODE_VERSIONS.filter((version) => !existsSync(nodeOf(version)));
  if (missing.length > 0)
    throw new SetupError(`There is no Node.js ${missing.join(', ')} for this machine (${process.arch}).`, {
      step: 'other versions of Node.js',
      type: 'npm test, which needs none of them',
    });
  writeFileSync(stamp, pinned.join(''));
}
