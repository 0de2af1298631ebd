// Needs the build.
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { build, type BuildOptions, type Metafile } from 'esbuild';
import { BACKGROUND, moduleOptions, scriptOf } from '../../../extension/bundle-options.mjs';

const KB = 1024;
const ROOT = path.resolve(import.meta.dirname, '../../..');
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

/** The limit of each bundle. */
interface Limit {
  readonly what: string;
  /** A script and its package; or a file of the extension, and the options by which its build bundles it. */
  readonly from:
    | { readonly script: string; readonly in: string }
    | {
        readonly file: string;
        readonly bundle: 'background' | 'pages' | 'split page';
        /** A script that it loads later, but that counts here. */
        readonly with?: string;
      };
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
const LIMITS: readonly Limit[] = [
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
interface Weighed {
  readonly minified: number;
  readonly gzip: number;
  readonly modules: readonly { readonly file: string; readonly bytes: number }[];
}

/** Options of a portal's bundler. */
const optionsOfPortal = (script: string, folder: string): BuildOptions => ({
  stdin: { contents: script, resolveDir: path.join(ROOT, folder) },
  bundle: true,
  minify: true,
  splitting: true,
  format: 'esm',
  target: 'chrome121',
  legalComments: 'none',
});

/** Bundles as a portal and the extension's build do, from what `npm run build` made of the packages. */
async function weigh({ from }: Limit): Promise<Weighed> {
  const { outputFiles, metafile } = await build({
    ...('file' in from
      ? { ...(await moduleOptions(from.bundle, 'chromium')), entryPoints: [from.file] }
      : optionsOfPortal(from.script, from.in)),
    absWorkingDir: ROOT,
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
  const files = outputFiles.filter(({ path: file }) => loaded.has(path.relative(ROOT, file)));
  const modules = [...loaded].flatMap((name) =>
    Object.entries(metafile.outputs[name]?.inputs ?? {}).map(([file, { bytesInOutput }]) => ({
      file,
      bytes: bytesInOutput,
    })),
  );
  const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0);
  return {
    minified: sum(files.map(({ contents }) => contents.length)),
    gzip: sum(files.map(({ contents }) => gzipSync(contents, { level: 9 }).length)),
    modules,
  };
}

const isOnDemand = ({ outputs }: Metafile, name: string): boolean =>
  Object.values(outputs).some(({ imports }) =>
    imports.some(({ path: imported, kind }) => imported === name && kind === 'dynamic-import'),
  );

/** Returns the part that a module belongs to: a package of others, or a room of ours. */
function partOf(file: string): string {
  const [, name] = /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file) ?? [];
  if (name !== undefined) return /^(@lit\/|lit)/.test(name) ? 'lit' : name;
  const [own = '', , room = ''] = file.split('/');
  return `${own}/${room.replace(/\.\w+$/, '')}`;
}

const sum = (modules: readonly { readonly bytes: number }[]): number =>
  modules.reduce((total, { bytes }) => total + bytes, 0);

describe.each(LIMITS)('$what', (limit) => {
  const { most, parts } = limit;
  let weighed: Weighed;
  beforeAll(async () => {
    weighed = await weigh(limit);
  });

  it('weighs no more than its limit', () => {
    const { gzip, minified } = weighed;
    expect(minified).toBeGreaterThan(0);
    if ('gzip' in most) expect(gzip).toBeLessThanOrEqual(most.gzip);
    else expect(minified).toBeLessThanOrEqual(most.minified);
  });

  it('has no part that grew', () => {
    const { modules } = weighed;
    const named = (file: string): string => (partOf(file) in parts ? partOf(file) : 'others');
    const grown = Object.entries(parts).flatMap(([part, limit]) => {
      const own = modules.filter(({ file }) => named(file) === part).toSorted((a, b) => b.bytes - a.bytes);
      const bytes = sum(own);
      return bytes <= limit ? [] : [{ part, bytes, limit, largest: own.slice(0, 8) }];
    });
    expect(grown).toEqual([]);
  });
});
