import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { standardPolicies } from '@cardwright/cms';
import { LANGUAGES } from '@cardwright/words';
import { words } from '@cardwright/words/at-once/portal-server';
import * as esbuild from 'esbuild';

const SOURCES = path.join(import.meta.dirname, 'src', 'pages');
const DIST = path.join(import.meta.dirname, 'dist');
const OUTPUT = path.join(DIST, 'public');
const BUNDLE = path.join(DIST, 'bundle');
const inRepository = (...names) => path.join(import.meta.dirname, '..', ...names);
/** The pages: those with a title. */
const PAGES = Object.keys(words.english.titles);
/** The sources of pages without folders of their own. */
const SOURCE_OF = {
  'set-password': 'password/set-password.ts',
  'operator-device': 'operator/operator-device.ts',
  'operator-person': 'operator/operator-person.ts',
};

/**
 * Builds the parts that the server takes from dist: the bundled pages, the database that it starts with, and its own bundle for
 * packages. Also builds a stage's database, the lists of settings, roles, routes and actions, and the policies to begin with.
 */
export async function build() {
  await Promise.all([
    Promise.all([bundlePages(), bundleServer()]).then(writeMetafiles),
    packDatabases(),
    publishSettings().then(publishRoles).then(publishMetrics),
    publishRoutes(),
    publishActions(),
    publishKinds(),
    publishPolicies(),
    writeManual(),
  ]);
}

/** Writes the facts of the manual page, which the package installs. */
async function writeManual() {
  const { PORTAL_MANUAL } = await import('./dist/server/command-line/manual.js');
  await writeFile(path.join(DIST, 'manual.json'), JSON.stringify(PORTAL_MANUAL));
}

/** Writes what esbuild says of the sources of all bundles. The package names by it whose code it contains. */
const writeMetafiles = (metafiles) => writeFile(path.join(DIST, 'metafiles.json'), JSON.stringify(metafiles));

/** Writes the settings into docs/operate.md, and into the files that packages install. */
async function publishSettings() {
  const { withSettings, writeEnv, writeToml } = await import('./dist/server/settings/publish.js');
  const document = inRepository('docs', 'operate.md');
  await writeFile(document, withSettings(await readFile(document, 'utf8')));
  await writeFile(inRepository('installers', 'portal', 'portal.env'), writeEnv());
  await writeFile(inRepository('installers', 'portal', 'portal.toml'), writeToml());
}

/** Writes the routes into the documents, for readers and developers of the portal. */
async function publishRoutes() {
  const [{ withRoutes }, { ROUTES }] = await Promise.all([
    import('./dist/server/routes/publish.js'),
    import('./dist/features/list.js'),
  ]);
  const document = path.join(import.meta.dirname, 'README.md');
  await writeFile(document, withRoutes(await readFile(document, 'utf8'), ROUTES));
}

/** Writes the states of a device, and the actions on it, into the document that explains them. */
async function publishActions() {
  const { withActions } = await import('./dist/server/devices/publish-actions.js');
  const document = inRepository('docs', 'issuance.md');
  await writeFile(document, withActions(await readFile(document, 'utf8')));
}

/** Writes the kinds of cards into the document that explains them. */
async function publishKinds() {
  const { withKinds } = await import('./dist/server/devices/publish-kinds.js');
  const document = inRepository('docs', 'which-cards.md');
  await writeFile(document, withKinds(await readFile(document, 'utf8')));
}

/** Writes the roles and their rights into the document that also has the settings. */
async function publishRoles() {
  const { withRoles } = await import('./dist/server/accounts/publish-roles.js');
  const document = inRepository('docs', 'operate.md');
  await writeFile(document, withRoles(await readFile(document, 'utf8')));
}

/** Writes the metrics into the document that also has the settings. */
async function publishMetrics() {
  const [{ withMetrics }, { METRICS }] = await Promise.all([
    import('./dist/server/monitor/publish.js'),
    import('./dist/features/list.js'),
  ]);
  const document = inRepository('docs', 'operate.md');
  await writeFile(document, withMetrics(await readFile(document, 'utf8'), METRICS));
}

/** Writes the policies to begin with into a file, which administrators can copy and change. */
async function publishPolicies() {
  const policies = JSON.stringify(standardPolicies(), null, 2);
  await writeFile(path.join(import.meta.dirname, 'config', 'device-policies.json'), `${policies}\n`);
}

/** @returns the metafile */
async function bundlePages() {
  await rm(OUTPUT, { recursive: true, force: true });
  await mkdir(OUTPUT, { recursive: true });
  const { metafile } = await esbuild.build({
    metafile: true,
    entryPoints: PAGES.map((page) => ({
      in: path.join(SOURCES, SOURCE_OF[page] ?? `${page}/${page}.ts`),
      out: page,
    })),
    outdir: OUTPUT,
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    target: ['chrome123', 'firefox120'],
    legalComments: 'none',
    logLevel: 'warning',
  });
  const template = await readFile(path.join(SOURCES, 'page.html'), 'utf8');
  for (const page of PAGES) {
    for (const language of LANGUAGES) {
      const values = { page, language, title: words.in(language).titles[page] };
      const html = template.replace(/\{(page|language|title)\}/g, (_, name) => values[name]);
      await writeFile(path.join(OUTPUT, `${page}.${language}.html`), html);
    }
  }
  for (const file of ['page.css', 'favicon.svg']) await cp(path.join(SOURCES, file), path.join(OUTPUT, file));
  return metafile;
}

/** V8 would compile all of PGlite's WebAssembly twice. A process of a few seconds needs neither. */
const COMPILE_WHAT_RUNS = ['--liftoff-only', '--wasm-lazy-compilation'];

/** Packs the databases in a separate process, which stops its clock. */
async function packDatabases() {
  const program = path.join(import.meta.dirname, 'pack-empty-database.mjs');
  const [file, folder] = [path.join(DIST, 'empty-database.tar.gz'), path.join(DIST, 'stage-database')];
  await promisify(execFile)(process.execPath, [...COMPILE_WHAT_RUNS, program, file, folder]);
}

/**
 * Bundles the server into a few files for the installed portal, because node_modules has about ten thousand. The bundle finds its
 * other files beside itself or above. PGlite stays outside: it reads its WebAssembly from beside its own file.
 *
 * @returns the metafile
 */
async function bundleServer() {
  await rm(BUNDLE, { recursive: true, force: true });
  const { metafile } = await esbuild.build({
    metafile: true,
    entryPoints: [path.join(import.meta.dirname, 'src', 'server', 'main.ts')],
    outdir: BUNDLE,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // pg loads pg-native only on demand.
    external: ['@electric-sql/pglite', 'pg-native'],
    // CommonJS modules in the bundle need their own `require`.
    banner: {
      js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
    },
    // A file of the package contains the licences.
    legalComments: 'none',
    logLevel: 'warning',
  });
  // The set-up writes the commit into it.
  await writeFile(path.join(BUNDLE, 'build.json'), '{}');
  return metafile;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build();
