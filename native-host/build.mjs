import { createHash } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as esbuild from 'esbuild';

const SOURCES = path.join(import.meta.dirname, 'src');
const FOLDER = path.join(import.meta.dirname, 'dist', 'bundle');
const METAFILES = path.join(import.meta.dirname, 'dist', 'metafiles.json');
const EXECUTABLE = 0o755;

/** Names and lines of functions stay, for stacks in the log. The native addons stay outside and are resolved from node_modules. */
const OPTIONS = {
  outdir: FOLDER,
  bundle: true,
  platform: 'node',
  target: 'node20',
  external: ['koffi', 'node-hid'],
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'linked',
  logLevel: 'warning',
  metafile: true,
};

/** The module that `main.ts` loads later, by its import there. */
const LATER = /^\.\/(?:browser-session|cli\/command-line)\.js$/;

export async function build() {
  rmSync(FOLDER, { recursive: true, force: true });
  const { main, later } = await bundle();
  // The packages name by these whose code they contain.
  writeFileSync(METAFILES, JSON.stringify([main.metafile, later.metafile]));
  // Whatever surrounds the folder, Node.js need not find out what main.js is.
  writeFileSync(path.join(FOLDER, 'package.json'), JSON.stringify({ type: 'commonjs' }));
  chmodSync(path.join(FOLDER, 'main.js'), EXECUTABLE);
  writeBuildRecord();
  await publishLists();
  const { HOST_MANUAL } = await import('./dist/cli/manual.js');
  writeFileSync(path.join(import.meta.dirname, 'dist', 'manual.json'), JSON.stringify(HOST_MANUAL));
}

/**
 * Bundles the host into few files, because a browser starts it for every page session.
 *
 * `main.js` has all that the first answer needs, and nothing else. It is CommonJS, because Node.js takes milliseconds more for the first ES
 * module. What is loaded later has copies of its own of the modules that both need, so they pass each other data and functions, and no
 * instance that the other side tests for its class.
 *
 * @param {esbuild.BuildOptions} [options] such as `write: false`
 * @returns {Promise<{ main: esbuild.BuildResult, later: esbuild.BuildResult }>}
 */
export async function bundle(options = {}) {
  const main = await esbuild.build({
    ...OPTIONS,
    entryPoints: [path.join(SOURCES, 'main.ts')],
    format: 'cjs',
    define: { 'import.meta.filename': '__filename' },
    plugins: [{ name: 'later', setup: leaveForLater }],
    ...options,
  });
  const later = await esbuild.build({
    ...OPTIONS,
    entryPoints: ['browser-session.ts', 'cli/command-line.ts'].map((name) => path.join(SOURCES, name)),
    entryNames: '[name]',
    splitting: true,
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    ...options,
  });
  return { main, later };
}

/** @param {esbuild.PluginBuild} build */
function leaveForLater({ onResolve }) {
  onResolve({ filter: LATER }, ({ path: name }) => ({ path: `./${path.basename(name, '.js')}.mjs`, external: true }));
}

/** Writes the commands, and the checks of doctor, into the README. */
async function publishLists() {
  const { withLists } = await import('./dist/cli/publish.js');
  const document = path.join(import.meta.dirname, 'README.md');
  writeFileSync(document, withLists(readFileSync(document, 'utf8')));
}

/** Writes down what was built, so that the host can tell when files of it are missing, or its computer's clock is wrong. */
function writeBuildRecord() {
  const { version } = JSON.parse(readFileSync(path.join(import.meta.dirname, 'package.json'), 'utf8'));
  const digest = (name) =>
    createHash('sha256')
      .update(readFileSync(path.join(FOLDER, name)))
      .digest('hex');
  const files = Object.fromEntries(readdirSync(FOLDER).map((name) => [name, digest(name)]));
  // https://reproducible-builds.org/docs/source-date-epoch/
  const seconds = Number(process.env.SOURCE_DATE_EPOCH);
  const built = seconds > 0 ? seconds * 1_000 : Date.now();
  writeFileSync(path.join(FOLDER, 'build.json'), JSON.stringify({ version, built, files }));
}
