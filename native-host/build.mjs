import { createHash } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as esbuild from 'esbuild';

const FOLDER = path.join(import.meta.dirname, 'dist', 'bundle');
const EXECUTABLE = 0o755;

/**
 * Bundles the host into few files, because a browser starts it for every page session: reading hundreds of modules would
 * be most of that time. The native addons stay outside and are resolved from node_modules.
 */
export async function build() {
  rmSync(FOLDER, { recursive: true, force: true });
  await esbuild.build({
    entryPoints: [path.join(import.meta.dirname, 'src', 'main.ts')],
    outdir: FOLDER,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: ['koffi', 'node-hid'],
    legalComments: 'linked',
    logLevel: 'warning',
  });
  chmodSync(path.join(FOLDER, 'main.js'), EXECUTABLE);
  writeBuildRecord();
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
