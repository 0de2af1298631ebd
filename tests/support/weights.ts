import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type BuildOptions, type Metafile } from 'esbuild';
import { BACKGROUND, MAX_BRIDGE_BYTES, moduleOptions, scriptOf } from '../../extension/bundle-options.mjs';
import { inRepository } from '../../stage/src/repository.js';

/** What the packages weigh, and may weigh. */

const KB = 1024;
const PAGES = [
  'popup',
  'options',
  'consent',
  'secret',
  'reader',
  'display',
  'confirm',
  'passkey',
  'bundle',
  'troubleshooting',
  'devtools',
];

/** The limit of a bundle. */
export interface Limit {
  readonly what: string;
  /** A script and its package; or a file of the extension, and the options by which its build bundles it. */
  readonly from:
    | { readonly script: string; readonly in: string }
    | {
        readonly file: string;
        readonly bundle: 'background' | 'pages' | 'split page';
        /** A script that it loads later, but that counts here. */
        readonly with?: string;
      }
    /** A file that the build has written, from the clone's folder. */
    | { readonly built: string };
  /** Limit of the whole in bytes: minified, and compressed if a server sends it. */
  readonly most: { readonly gzip: number } | { readonly minified: number };
  /** Bytes of its parts, minified. They show which part grew if the limit is broken. Parts without a name here count as `others`. */
  readonly parts: Readonly<Record<string, number>>;
}

const OF_PAGE = {
  valibot: 11_000,
  'webextension-polyfill': 10_000,
  'protocol/errors': 19_700,
  jose: 21_800,
  'protocol/settings': 5_600,
  others: 15_500,
};

/** The limits, which stand nowhere else. A part may grow if the whole stays within its limit; then change the part's figure here. */
export const LIMITS: readonly Limit[] = [
  {
    what: 'connect()',
    from: { script: "export { connect } from '@cardwright/sdk';", in: 'portal' },
    most: { gzip: 15.5 * KB },
    parts: { valibot: 11_800, 'protocol/errors': 22_200, 'protocol/commands': 10_200, others: 11_200 },
  },
  {
    what: 'one function of the protocol',
    from: { script: "export { encodeBytes } from '@cardwright/protocol';", in: 'portal' },
    most: { gzip: 700 },
    parts: { jose: 1_100, others: 100 },
  },
  {
    what: 'all elements in one language',
    from: { script: "import '@cardwright/sdk/elements';", in: 'portal' },
    most: { gzip: 83 * KB },
    parts: {
      'sdk/elements': 123_500,
      'words/en': 40_500,
      'protocol/errors': 22_200,
      'qrcode-generator': 21_500,
      valibot: 13_000,
      lit: 19_500,
      others: 36_000,
    },
  },
  {
    what: 'one dialog in one language',
    from: { script: "import '@cardwright/sdk/elements/add-device';", in: 'portal' },
    most: { gzip: 61 * KB },
    parts: {
      'sdk/elements': 82_500,
      'words/en': 34_500,
      'protocol/errors': 22_200,
      valibot: 12_000,
      lit: 19_500,
      others: 36_000,
    },
  },
  {
    what: 'the background of the extension',
    from: { file: BACKGROUND, bundle: 'background' },
    most: { minified: 102 * KB },
    parts: {
      'extension/background': 50_000,
      jose: 1_100,
      'protocol/commands': 8_400,
      'protocol/errors': 10_000,
      valibot: 12_500,
      others: 23_000,
    },
  },
  {
    what: 'the bridge of the extension',
    from: { built: 'extension/dist/chromium/bridge.js' },
    most: { minified: MAX_BRIDGE_BYTES },
    parts: {},
  },
  ...PAGES.map((page) => ({
    what: `the page ${page} of the extension`,
    from: { file: scriptOf(page), bundle: 'pages' as const },
    most: { minified: 60 * KB },
    parts: OF_PAGE,
  })),
  {
    what: 'the page inspector of the extension',
    from: { file: scriptOf('inspector'), bundle: 'split page' },
    most: { minified: 60 * KB },
    parts: { valibot: 13_050, 'extension/pages': 38_000, others: 5_300 },
  },
  {
    what: 'the page inspector of the extension with its first rows',
    from: { file: scriptOf('inspector'), bundle: 'split page', with: 'virtual-rows.ts' },
    most: { minified: 89 * KB },
    parts: { '@tanstack/virtual-core': 33_200, valibot: 13_050, 'extension/pages': 38_300, others: 5_300 },
  },
];

/** The size of a bundle in bytes, in total and by module. */
export interface Weighed {
  readonly minified: number;
  readonly gzip: number;
  readonly modules: readonly { readonly file: string; readonly bytes: number }[];
}

/** Options of a portal's bundler. */
const optionsOfPortal = (script: string, folder: string): BuildOptions => ({
  stdin: { contents: script, resolveDir: inRepository(folder) },
  bundle: true,
  minify: true,
  splitting: true,
  format: 'esm',
  target: 'chrome121',
  legalComments: 'none',
});

/** Bundles as a portal and the extension's build do, from what `npm run build` made of the packages. */
export async function weigh({ from }: Limit): Promise<Weighed> {
  if ('built' in from) {
    const contents = readFileSync(inRepository(from.built));
    return { minified: contents.length, gzip: gzipped(contents), modules: [] };
  }
  const { outputFiles, metafile } = await build({
    ...('file' in from
      ? { ...(await moduleOptions(from.bundle, 'chromium')), entryPoints: [from.file] }
      : optionsOfPortal(from.script, from.in)),
    absWorkingDir: inRepository(),
    write: false,
    metafile: true,
    outdir: 'out',
    logLevel: 'silent',
  });
  // A chunk that is loaded on demand, such as the words of another language, does not count.
  const names = Object.keys(metafile.outputs);
  const [entry = ''] = names.filter(
    (name) => metafile.outputs[name]?.entryPoint !== undefined && !isOnDemand(metafile, name),
  );
  const later = 'file' in from ? from.with : undefined;
  const loaded = new Set([
    entry,
    ...names.filter((name) => later !== undefined && metafile.outputs[name]?.entryPoint?.endsWith(later)),
  ]);
  for (const name of loaded)
    for (const { path: imported, kind } of metafile.outputs[name]?.imports ?? [])
      if (kind === 'import-statement') loaded.add(imported);
  const files = outputFiles.filter(({ path: file }) => loaded.has(path.relative(inRepository(), file)));
  const modules = [...loaded].flatMap((name) =>
    Object.entries(metafile.outputs[name]?.inputs ?? {}).map(([file, { bytesInOutput }]) => ({
      file,
      bytes: bytesInOutput,
    })),
  );
  const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0);
  return {
    minified: sum(files.map(({ contents }) => contents.length)),
    gzip: sum(files.map(({ contents }) => gzipped(contents))),
    modules,
  };
}

const gzipped = (contents: Uint8Array): number => gzipSync(contents, { level: 9 }).length;

const isOnDemand = ({ outputs }: Metafile, name: string): boolean =>
  Object.values(outputs).some(({ imports }) =>
    imports.some(({ path: imported, kind }) => imported === name && kind === 'dynamic-import'),
  );
