import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { publishMutants } from '../scripts/mutants/publish.mjs';
import { fileOfLibrary, LIBRARIES } from './libraries.mjs';

const OUTPUT = path.join(import.meta.dirname, 'dist', 'libraries');
/** What the bundles of libraries were made of. */
const STAMP = path.join(OUTPUT, 'stamp');
const MADE_OF = ['../package-lock.json', 'build.mjs', 'libraries.mjs'];
const GALLERY = path.join(import.meta.dirname, 'gallery');
const GALLERY_OUTPUT = path.join(import.meta.dirname, 'dist', 'gallery');
const FUZZ = path.join(import.meta.dirname, 'fuzz');
const FUZZ_OUTPUT = path.join(import.meta.dirname, 'dist', 'fuzz');
const BENCH = path.join(import.meta.dirname, 'bench');
const BENCH_OUTPUT = path.join(import.meta.dirname, 'dist', 'bench');
/** The path of a package's source, after the folder of all packages. */
const PRODUCT_SOURCE = /^([\w-]+)\/src\/(.+)\.js$/;

export async function build() {
  await Promise.all([
    bundleLibraries(),
    bundleGallery(),
    bundleFuzz(),
    bundleBench(),
    publishMutants(path.resolve(import.meta.dirname, '..')),
  ]);
}

/** Bundles the libraries, unless their bundles are of these versions already. */
export async function ensureLibraries() {
  const made = await readFile(STAMP, 'utf8').catch(() => '');
  if (made !== (await stampOfLibraries())) await bundleLibraries();
}

async function stampOfLibraries() {
  const digest = createHash('sha256');
  for (const file of MADE_OF) digest.update(await readFile(path.join(import.meta.dirname, file)));
  return digest.digest('hex');
}

/** Bundles the program of `npm run gallery`, and beside it the scripts of its pages. Each language is in a file of its own. */
async function bundleGallery() {
  await rm(GALLERY_OUTPUT, { recursive: true, force: true });
  await Promise.all([
    esbuild.build({
      entryPoints: [path.join(GALLERY, 'main.ts')],
      outdir: GALLERY_OUTPUT,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      logLevel: 'warning',
    }),
    esbuild.build({
      entryPoints: {
        gallery: path.join(GALLERY, 'page', 'gallery.ts'),
        'gallery-look': path.join(GALLERY, 'page', 'gallery.css'),
        // The script of every page with a wizard.
        main: path.join(GALLERY, 'page', 'play.ts'),
      },
      outdir: path.join(GALLERY_OUTPUT, 'pages'),
      bundle: true,
      splitting: true,
      minify: true,
      format: 'esm',
      target: 'es2022',
      legalComments: 'none',
      logLevel: 'warning',
    }),
  ]);
}

/** Bundles the program of `npm run fuzz` and the processes that it starts. The product stays outside, as it was compiled. */
async function bundleFuzz() {
  await rm(FUZZ_OUTPUT, { recursive: true, force: true });
  await bundleProgram(
    ['main', 'child'].map((name) => path.join(FUZZ, `${name}.ts`)),
    FUZZ_OUTPUT,
  );
  // For `--guided`, with the product in it, as tests/fuzz/guided/jazzer-target.ts says.
  await esbuild.build({
    entryPoints: [path.join(FUZZ, 'guided', 'jazzer-target.ts')],
    outfile: path.join(FUZZ_OUTPUT, 'jazzer-target.cjs'),
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    // Libraries that are ES modules alone are in it too. This one finds its files from where it is.
    external: ['@cardwright/virtual-card'],
    define: { 'import.meta.dirname': '__dirname' },
    logLevel: 'warning',
  });
}

/** Bundles the program of `npm run bench` and the process that it starts. It measures the product as it was compiled. */
async function bundleBench() {
  await rm(BENCH_OUTPUT, { recursive: true, force: true });
  await bundleProgram(
    ['main', 'bare-handler'].map((name) => path.join(BENCH, `${name}.ts`)),
    BENCH_OUTPUT,
  );
}

/** Bundles programs with what they have of the tests. The product stays outside, as it was compiled, and so do scripts. */
async function bundleProgram(entryPoints, outdir) {
  await esbuild.build({
    entryPoints,
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    plugins: [{ name: 'outside', setup: (build) => leaveOutside(build, outdir) }],
    logLevel: 'warning',
  });
}

/** Makes imports of a package's sources imports of what was compiled from them, and leaves scripts where they are. */
function leaveOutside({ onResolve }, outdir) {
  const root = path.join(import.meta.dirname, '..');
  onResolve({ filter: /^\.\.?\// }, ({ path: imported, resolveDir }) => {
    const source = path.relative(root, path.resolve(resolveDir, imported));
    const [, folder, module] = PRODUCT_SOURCE.exec(source) ?? [];
    const isScript = source.endsWith('.mjs') && !source.startsWith('tests');
    if (folder === undefined && !isScript) return undefined;
    const outside = folder === undefined ? source : path.join(folder, 'dist', `${module}.js`);
    return { path: path.relative(outdir, path.join(root, outside)), external: true };
  });
}

/** Bundles each library that many files of tests import, for jest.config.js. What several of them share is in files of its own. */
async function bundleLibraries() {
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
  await writeFile(STAMP, await stampOfLibraries());
}

/** The ES modules of @peculiar/x509 leave it to their user to import what they need, and so @simplewebauthn/server would fail alone. */
function reflectBeforeX509({ onLoad }) {
  onLoad({ filter: /@peculiar\/x509\/build\/\S+\.js$/ }, async ({ path: file }) => ({
    contents: `import 'reflect-metadata';\n${await readFile(file, 'utf8')}`,
  }));
}
