import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { commitOf, writeCommit } from './build-id.mjs';
import { writeLanguages } from './languages.mjs';
import { runCommand, SetupError, SIGNALLED } from './run-command.mjs';
import { removeStaleOutputs } from './stale-outputs.mjs';

const ROOT = path.resolve(import.meta.dirname, '..');
const STAMP = path.join(ROOT, '.cache', 'build.json');

/** The workspaces, in the order of their dependencies. */
const PACKAGES = [
  'words',
  'protocol',
  'sdk',
  'extension',
  'native-host',
  'cms',
  'portal',
  'virtual-card',
  'stage',
  'demo',
  'simulator',
  'installers',
  'tests',
];
const SHARED_SOURCES = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.base.json'];
const NOT_SOURCES = new Set(['dist', 'node_modules', 'screenshots']);

/**
 * Builds everything: compiles the TypeScript projects, removes outputs of sources that are gone (`stale-outputs.mjs`), then runs each package's own `build.mjs` (bundles, generated documents), which
 * exports `build()`. Returns at once when neither a source nor a result has changed since the last build.
 *
 * @param {Promise<void>} system resolves when the system's packages are there. Only `stage` needs one, a C compiler
 * @throws {SetupError} naming the packages that do not compile, or the one whose bundle fails
 */
export async function build(system) {
  writeLanguages();
  const sources = digestOfSources();
  if (!isBuilt(sources)) await buildAll(system, sources);
  writeCommit(ROOT, commitOf(ROOT));
}

/**
 * @param {Promise<void>} system
 * @param {string} sources
 */
async function buildAll(system, sources) {
  console.log('Building ...');
  rmSync(STAMP, { force: true });
  await compile();
  for (const name of PACKAGES) removeStaleOutputs(path.join(ROOT, name));
  const others = PACKAGES.filter((name) => name !== 'installers' && name !== 'stage');
  await Promise.all([...others.map(bundle), system.then(() => bundle('stage'))]);
  // `installers` writes templates from the schema of the policies, which the extension's build writes.
  await bundle('installers');
  // Imported only here: without its compiler and formatter, a clone that nothing is installed in yet could not start.
  const { writeReports } = await import('./api/report.mjs');
  await writeReports();
  mkdirSync(path.dirname(STAMP), { recursive: true });
  writeFileSync(STAMP, JSON.stringify({ sources, results: PACKAGES.map((name) => `${name}/dist`).filter(isThere) }));
}

const BUILD = { step: 'build', type: 'npm run build' };
const TYPES = { ...BUILD, step: 'check of types' };

async function compile() {
  const code = await runCommand(await compilerPath(), ['--build', ...(process.stdout.isTTY ? ['--pretty'] : [])], {
    cwd: ROOT,
  });
  if (code > SIGNALLED) throw new SetupError(`The compiler was ended by a signal (exit code ${code}).`, TYPES);
  if (code !== 0) throw new SetupError('TypeScript does not compile. The errors above name file and line.', TYPES);
  console.log('Types are clean.');
}

/**
 * Finds the native compiler. Its launcher is not used: before Node 22.15 it ends with 1 both for errors and when a signal ended the
 * compiler.
 *
 * @returns {Promise<string>}
 */
async function compilerPath() {
  const launcher = path.join(ROOT, 'node_modules/typescript-7/lib/getExePath.js');
  const { default: getExePath } = await import(pathToFileURL(launcher).href);
  return getExePath();
}

/** @param {string} name */
async function bundle(name) {
  const script = path.join(ROOT, name, 'build.mjs');
  if (!existsSync(script)) return;
  try {
    const { build: run } = await import(pathToFileURL(script).href);
    await run();
  } catch (cause) {
    throw new SetupError(`The build stopped in ${name}/build.mjs: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
      ...BUILD,
    });
  }
}

/** @param {string} sources */
function isBuilt(sources) {
  if (!existsSync(STAMP)) return false;
  const last = JSON.parse(readFileSync(STAMP, 'utf8'));
  return last.sources === sources && last.results.every(isThere);
}

/** @param {string} relative */
function isThere(relative) {
  return existsSync(path.join(ROOT, relative));
}

/** SHA-256 over names and contents, and over the one setting of the build. A `git checkout` that changes only times causes no build. */
function digestOfSources() {
  const digest = createHash('sha256').update(`${process.env.CARDWRIGHT_SITES ?? ''}\0`);
  for (const file of [...SHARED_SOURCES, ...['scripts', ...PACKAGES].flatMap(filesBelow)]) {
    digest
      .update(`${file}\0`)
      .update(readFileSync(path.join(ROOT, file)))
      .update('\0');
  }
  return digest.digest('hex');
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function filesBelow(folder) {
  return readdirSync(path.join(ROOT, folder), { withFileTypes: true })
    .filter((entry) => !NOT_SOURCES.has(entry.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const relative = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return filesBelow(relative);
      return entry.isFile() ? [relative] : [];
    });
}
