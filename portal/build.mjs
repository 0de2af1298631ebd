import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import * as esbuild from 'esbuild';

const SOURCES = path.join(import.meta.dirname, 'src', 'pages');
const DIST = path.join(import.meta.dirname, 'dist');
const OUTPUT = path.join(DIST, 'public');
/** Titles of the pages, in each language that a page speaks. */
const PAGES = {
  login: { en: 'Log in', de: 'Anmelden' },
  'my-devices': { en: 'My Devices', de: 'Meine Geräte' },
  operator: { en: 'Operator' },
  'operator-device': { en: 'Device' },
};
/** Where the source of a page is that has no folder of its own. */
const SOURCE_OF = { 'operator-device': 'operator/operator-device.ts' };

/** Makes what the server takes from dist: the bundled pages, and the database that it starts with. */
export async function build() {
  await bundlePages();
  await packEmptyDatabase();
}

async function bundlePages() {
  await rm(OUTPUT, { recursive: true, force: true });
  await mkdir(OUTPUT, { recursive: true });
  await esbuild.build({
    entryPoints: Object.keys(PAGES).map((page) => ({
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
  for (const [page, titles] of Object.entries(PAGES)) {
    for (const [language, title] of Object.entries(titles)) {
      const values = { page, language, title };
      const html = template.replace(/\{(page|language|title)\}/g, (_, name) => values[name]);
      await writeFile(path.join(OUTPUT, `${page}.${language}.html`), html);
    }
  }
  for (const file of ['page.css', 'favicon.svg']) await cp(path.join(SOURCES, file), path.join(OUTPUT, file));
}

/** What PGlite's initdb leaves, for src/server/store/database.ts. */
async function packEmptyDatabase() {
  const database = await PGlite.create();
  const packed = await database.dumpDataDir('gzip');
  await database.close();
  await writeFile(path.join(DIST, 'empty-database.tar.gz'), packed.stream());
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build();
