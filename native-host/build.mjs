import { chmodSync, rmSync } from 'node:fs';
import path from 'node:path';
import * as esbuild from 'esbuild';

const FOLDER = path.join(import.meta.dirname, 'dist', 'bundle');
const EXECUTABLE = 0o755;

/**
 * Bundles the host into few files, because a browser starts it for every page session: reading hundreds of modules would
 * be most of that time. The native addon stays outside and is resolved from node_modules.
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
    external: ['pcsclite'],
    legalComments: 'linked',
    logLevel: 'warning',
  });
  chmodSync(path.join(FOLDER, 'main.js'), EXECUTABLE);
}
