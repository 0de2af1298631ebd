import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { CardwrightError, describeError } from '@cardwright/protocol';
import { MAX_MESSAGE_LENGTH } from '@cardwright/protocol/limits';
import { Counted, LANGUAGES } from '@cardwright/words';
import { words as administrators } from '@cardwright/words/at-once/administrators';
import { words as errors } from '@cardwright/words/at-once/errors';
import { words } from '@cardwright/words/at-once/extension';
import { words as troubleshooting } from '@cardwright/words/at-once/troubleshooting';
import * as esbuild from 'esbuild';
import {
  BACKGROUND,
  MAX_BRIDGE_BYTES,
  SOURCES,
  SPLIT_PAGE,
  commonOptions,
  moduleOptions,
  scriptOf,
} from './bundle-options.mjs';
import { publishPolicySchema } from './policy-schema.mjs';
import { publicSuffixRules } from './public-suffix-rules.mjs';

const OUTPUT = path.join(import.meta.dirname, 'dist');
/** For each browser, what esbuild says of the sources of every script. The packages name by them whose code they contain. */
const METAFILES = path.join(OUTPUT, 'metafiles');
/** The pages, each with the name of its static title; null if its script sets one, or none is needed. */
const PAGES = {
  popup: null,
  options: 'options_title',
  consent: 'consent_title',
  secret: null,
  reader: null,
  display: 'display_title',
  confirm: null,
  passkey: 'passkey_title',
  bundle: 'bundle_title',
  troubleshooting: 'troubleshooting',
  inspector: 'inspector_title',
  devtools: null,
};
/** Pages with a style sheet of their own besides the common one. */
const STYLED = ['inspector'];

/**
 * Bundles the extension into dist/chromium, ready for --load-extension, and dist/firefox. CARDWRIGHT_SITES in the environment narrows
 * the content script to the sites that it names.
 */
export async function build() {
  await publishPolicySchema();
  await mkdir(METAFILES, { recursive: true });
  const { BROWSERS, ICON_SIZES, manifests, readSites } = await import('./dist/manifest/index.js');
  const manifestOf = manifests(readSites(process.env.CARDWRIGHT_SITES));
  for (const browser of BROWSERS) {
    const output = path.join(OUTPUT, browser);
    await rm(output, { recursive: true, force: true });
    await mkdir(path.join(output, 'pages'), { recursive: true });
    const [bridge, modules] = await Promise.all([
      bundleBridge(output, browser),
      bundleModules(output, browser),
      copyFiles(output, ICON_SIZES, manifestOf[browser].storage?.managed_schema),
      writePages(output),
      writeData(output),
      writeFile(path.join(output, 'manifest.json'), `${JSON.stringify(manifestOf[browser], null, 2)}\n`),
    ]);
    await writeFile(path.join(METAFILES, `${browser}.json`), JSON.stringify([bridge, ...modules]));
  }
}

/** @returns the metafile */
async function bundleBridge(output, browser) {
  const options = await commonOptions(browser);
  const { outputFiles, metafile } = await esbuild.build({
    ...options,
    entryPoints: [path.join(SOURCES, 'content', 'bridge.ts')],
    format: 'iife',
    define: {
      ...options.define,
      MAX_MESSAGE_LENGTH: String(MAX_MESSAGE_LENGTH),
      INVALID_MESSAGE: wire('INVALID_MESSAGE'),
      MESSAGE_TOO_LARGE: wire('MESSAGE_TOO_LARGE'),
    },
    metafile: true,
    write: false,
  });
  const [bridge] = outputFiles;
  if (bridge.contents.length >= MAX_BRIDGE_BYTES) throw new Error(`the bridge has ${bridge.contents.length} bytes`);
  await writeFile(path.join(output, 'bridge.js'), bridge.contents);
  return metafile;
}

/** Writes an error as it travels, as source text. */
const wire = (code) => JSON.stringify(new CardwrightError(code).toWire());

/** @returns the metafiles */
async function bundleModules(output, browser) {
  const optionsOf = async (bundle) => ({ ...(await moduleOptions(bundle, browser)), outdir: output, metafile: true });
  const entryOf = (page) => ({ in: scriptOf(page), out: `pages/${page}` });
  const results = await Promise.all([
    esbuild.build({
      ...(await optionsOf('background')),
      entryPoints: [{ in: BACKGROUND, out: 'background' }],
    }),
    esbuild.build({
      ...(await optionsOf('pages')),
      entryPoints: [
        ...Object.keys(PAGES)
          .filter((page) => page !== SPLIT_PAGE)
          .map(entryOf),
        ...STYLED.map((page) => ({ in: path.join(SOURCES, 'pages', page, `${page}.css`), out: `pages/${page}` })),
      ],
    }),
    esbuild.build({ ...(await optionsOf('split page')), entryPoints: [entryOf(SPLIT_PAGE)] }),
  ]);
  return results.map(({ metafile }) => metafile);
}

/** @param {string | undefined} schema the managed schema, if the browser requires it */
async function copyFiles(output, iconSizes, schema) {
  const copy = (from, to) => cp(path.join(import.meta.dirname, from), path.join(output, to), { recursive: true });
  await Promise.all([
    copy('src/pages/style.css', 'pages/style.css'),
    ...(schema === undefined ? [] : [copy(schema, schema)]),
    ...iconSizes.map((size) => copy(`icons/${size}.png`, `icons/${size}.png`)),
  ]);
}

/** Writes the data that pages and background read when they need it (`readPackaged`), and `_locales`, which the browser reads itself. */
async function writeData(output) {
  const data = {
    'public-suffixes.json': publicSuffixRules(),
    ...Object.assign({}, ...LANGUAGES.map(dataOf)),
  };
  for (const [name, value] of Object.entries(data)) {
    const file = path.join(output, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, JSON.stringify(value));
  }
}

/** Every file is complete: words that a language lacks are English. */
const dataOf = (language) => ({
  [`_locales/${language}/messages.json`]: messagesOf(language),
  [`errors/${language}.json`]: textsOfErrors(language),
  [`troubleshooting/${language}.json`]: troubleshooting.in(language),
});

/**
 * Writes messages in the browser's form. A sentence about a number becomes one message for each of its forms; its bare name is the
 * form for all other numbers.
 */
function messagesOf(language) {
  const sentences = Object.entries(words.in(language)).flatMap(([name, sentence]) =>
    sentence instanceof Counted
      ? [
          [name, sentence.forms.other],
          ...Object.entries(sentence.forms).map(([form, text]) => [`${name}__${form}`, text]),
        ]
      : [[name, sentence]],
  );
  return Object.fromEntries([['language', language], ...sentences].map(([name, message]) => [name, { message }]));
}

/** Joins all texts of each code. The English messages stand in the definitions of the codes. */
function textsOfErrors(language) {
  const actions = administrators.in(language);
  return Object.fromEntries(
    Object.entries(errors.in(language)).map(([code, text]) => [
      code,
      { message: describeError(code).message, ...text, administrator: actions[code] },
    ]),
  );
}

/** Writes the pages. All have the same head; a page's own file contains only the body. */
async function writePages(output) {
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
    await writeFile(path.join(output, 'pages', `${page}.html`), html);
  }
}
