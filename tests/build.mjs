import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { fileOfLibrary, LIBRARIES } from './libraries.mjs';

const OUTPUT = path.join(import.meta.dirname, 'dist', 'libraries');

/** Bundles each library that many files of tests import, for jest.config.js. What several of them share is in files of its own. */
export async function build() {
  await rm(OUTPUT, { recursive: true, force: true });
  await esbuild.build({
    entryPoints: LIBRARIES.map((name) => ({ in: name, out: path.parse(fileOfLibrary(name)).name })),
    outdir: OUTPUT,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    // The names of errors say what went wrong.
    keepNames: true,
    format: 'esm',
    platform: 'node',
    // A library's ES modules, whose exports have names.
    mainFields: ['module', 'main'],
    target: 'node20',
    // PGlite reads its WebAssembly from beside its own file, and pg loads pg-native only on demand.
    external: ['@electric-sql/pglite', 'pg-native'],
    // CommonJS modules in a bundle need their own `require`.
    banner: {
      js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
    },
    plugins: [{ name: 'reflect', setup: reflectBeforeX509 }],
    legalComments: 'none',
    logLevel: 'warning',
  });
}

/** The ES modules of @peculiar/x509 leave it to their user to import what they need, and so @simplewebauthn/server would fail alone. */
function reflectBeforeX509({ onLoad }) {
  onLoad({ filter: /@peculiar\/x509\/build\/\S+\.js$/ }, async ({ path: file }) => ({
    contents: `import 'reflect-metadata';\n${await readFile(file, 'utf8')}`,
  }));
}
