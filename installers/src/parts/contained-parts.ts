import { readFileSync } from 'node:fs';
import { ownText } from './licence-text.js';
import type { Part } from './part.js';
import { inRepository } from './repository.js';

/** Matches the description that PGlite's WebAssembly has of itself: `PostgreSQL 18.6 (PGlite 0.5.16) on wasm32-…`. */
const POSTGRESQL = /PostgreSQL (\d+\.\d+) \(PGlite /;
/** Matches the name of ICU's data, which has the major version: `icudt76l`. */
const ICU = /icudt(\d+)l/;
const EMSCRIPTEN = /Emscripten gcc\/clang-like replacement[^)]*\) (\d+\.\d+\.\d+)/;

/** Software of others that is inside npm packages and has no package of its own, by the names of the packages that contain it. */
const CONTAINED: Readonly<Record<string, () => Part[]>> = {
  'node-hid': () => [
    {
      name: 'HIDAPI',
      version: readPackaged('node-hid', 'hidapi/VERSION').trim(),
      // HIDAPI offers three licences, of which this one asks least.
      licence: 'HIDAPI',
      source: 'https://github.com/libusb/hidapi',
      text: readPackaged('node-hid', 'hidapi/LICENSE-orig.txt'),
    },
  ],
  koffi: () => [
    {
      // koffi has a copy of these headers, without their version.
      name: 'node-addon-api',
      version: null,
      licence: 'MIT',
      source: 'https://github.com/nodejs/node-addon-api',
      text: readPackaged('koffi', 'vendor/node-addon-api/LICENSE.md'),
    },
  ],
  '@electric-sql/pglite': () => {
    const program = readPackaged('@electric-sql/pglite', 'dist/pglite.wasm', 'latin1');
    return [
      {
        name: 'PostgreSQL',
        version: versionIn(program, POSTGRESQL),
        licence: 'PostgreSQL',
        source: 'https://github.com/electric-sql/postgres-pglite',
        text: ownText('postgresql'),
      },
      {
        name: 'ICU',
        version: versionIn(program, ICU),
        licence: 'Unicode-3.0',
        source: 'https://github.com/unicode-org/icu',
        text: ownText('icu'),
      },
      {
        name: 'Emscripten',
        version: versionIn(program, EMSCRIPTEN),
        licence: 'MIT',
        source: 'https://github.com/emscripten-core/emscripten',
        text: ownText('emscripten'),
      },
      {
        // The C library of Emscripten.
        name: 'musl',
        version: null,
        licence: 'MIT',
        source: 'https://musl.libc.org',
        text: ownText('musl'),
      },
    ];
  },
  tldts: () => [
    {
      name: 'Public Suffix List',
      version: null,
      licence: 'MPL-2.0',
      source: 'https://publicsuffix.org/list/public_suffix_list.dat',
      text: ownText('MPL-2.0'),
    },
  ],
};

/**
 * Lists the software that is compiled into an npm package, or copied into it as data. Versions are read from the package.
 *
 * @throws Error if the package does not say the version of what it contains
 */
export const partsWithin = (name: string): Part[] => CONTAINED[name]?.() ?? [];

const readPackaged = (name: string, file: string, encoding: BufferEncoding = 'utf8'): string =>
  readFileSync(inRepository('node_modules', name, file), encoding);

function versionIn(content: string, pattern: RegExp): string {
  const version = pattern.exec(content)?.[1];
  if (version === undefined) throw new Error(`No version matches ${String(pattern)}`);
  return version;
}
