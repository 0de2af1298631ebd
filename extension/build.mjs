import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  CHROMIUM_EXTENSION_KEY,
  CardwrightError,
  FIREFOX_EXTENSION_ID,
  MAX_MESSAGE_LENGTH,
  PRODUCT_VERSION,
} from '@cardwright/protocol';
import * as esbuild from 'esbuild';

const SOURCES = path.join(import.meta.dirname, 'src');
const OUTPUT = path.join(import.meta.dirname, 'dist', 'chromium');
/** The pages, each with the text that is its title from the beginning; null where its script sets one, or none is needed. */
const PAGES = {
  popup: null,
  options: 'options_title',
  consent: 'consent_title',
  secret: null,
  display: 'display_title',
  confirm: null,
  passkey: 'passkey_title',
  bundle: 'bundle_title',
  troubleshooting: 'troubleshooting',
  inspector: 'inspector_title',
  devtools: null,
};
/** Pages that have a style sheet of their own beside the common one. */
const STYLED = ['inspector'];
const ICON_SIZES = [16, 32, 48, 128];

/** The bridge runs before every page's own scripts, so its size is bounded (bytes, minified). */
const MAX_BRIDGE_BYTES = 2048;

const OPTIONS = {
  bundle: true,
  minify: true,
  target: ['chrome121', 'firefox142'],
  legalComments: 'none',
  logLevel: 'warning',
};

/** Bundles the extension into dist/chromium, ready for --load-extension. */
export async function build() {
  await rm(OUTPUT, { recursive: true, force: true });
  await mkdir(path.join(OUTPUT, 'pages'), { recursive: true });
  await Promise.all([bundleBridge(), bundleModules(), copyFiles(), writePages(), writeManifest()]);
}

async function bundleBridge() {
  const { outputFiles } = await esbuild.build({
    ...OPTIONS,
    entryPoints: [path.join(SOURCES, 'content', 'bridge.ts')],
    format: 'iife',
    define: {
      MAX_MESSAGE_LENGTH: String(MAX_MESSAGE_LENGTH),
      INVALID_MESSAGE: wire('INVALID_MESSAGE'),
      MESSAGE_TOO_LARGE: wire('MESSAGE_TOO_LARGE'),
    },
    write: false,
  });
  const [bridge] = outputFiles;
  if (bridge.contents.length >= MAX_BRIDGE_BYTES) throw new Error(`the bridge has ${bridge.contents.length} bytes`);
  await writeFile(path.join(OUTPUT, 'bridge.js'), bridge.contents);
}

/** An error as it travels, as source text. */
const wire = (code) => JSON.stringify(new CardwrightError(code).toWire());

async function bundleModules() {
  await esbuild.build({
    ...OPTIONS,
    entryPoints: [
      { in: path.join(SOURCES, 'background', 'main.ts'), out: 'background' },
      ...Object.keys(PAGES).map((page) => ({
        in: path.join(SOURCES, 'pages', page, `${page}.ts`),
        out: `pages/${page}`,
      })),
      ...STYLED.map((page) => ({ in: path.join(SOURCES, 'pages', page, `${page}.css`), out: `pages/${page}` })),
    ],
    format: 'esm',
    outdir: OUTPUT,
  });
}

async function copyFiles() {
  const copy = (from, to) => cp(path.join(import.meta.dirname, from), path.join(OUTPUT, to), { recursive: true });
  await Promise.all([
    copy('src/_locales', '_locales'),
    copy('src/pages/style.css', 'pages/style.css'),
    copy('policy-schema.json', 'policy-schema.json'),
    ...ICON_SIZES.map((size) => copy(`icons/${size}.png`, `icons/${size}.png`)),
  ]);
}

/** Every page has the same head; its own file holds the body alone. */
async function writePages() {
  const pages = path.join(SOURCES, 'pages');
  const shell = await readFile(path.join(pages, 'page.html'), 'utf8');
  for (const [page, title] of Object.entries(PAGES)) {
    const body = await readFile(path.join(pages, page, `${page}.html`), 'utf8');
    const parts = {
      '{page}': page,
      '{title}': title === null ? '<title>Cardwright</title>' : `<title data-text="${title}"></title>`,
      '{style}': STYLED.includes(page) ? `<link rel="stylesheet" href="${page}.css" />` : '',
      '{body}': body.trim(),
    };
    const html = Object.entries(parts).reduce((text, [mark, part]) => text.replace(mark, () => part), shell);
    await writeFile(path.join(OUTPUT, 'pages', `${page}.html`), html);
  }
}

/** The manifest, with what identifies the extension filled in from the protocol package. */
async function writeManifest() {
  const manifest = JSON.parse(await readFile(path.join(import.meta.dirname, 'manifest.json'), 'utf8'));
  manifest.version = PRODUCT_VERSION;
  manifest.key = CHROMIUM_EXTENSION_KEY;
  manifest.browser_specific_settings.gecko.id = FIREFOX_EXTENSION_ID;
  await writeFile(path.join(OUTPUT, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}
