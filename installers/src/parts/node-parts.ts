/** A work of others that is compiled into Node.js. */
export interface NodePart {
  /** Its name in `process.versions`. */
  readonly key: string;
  readonly name: string;
  readonly version: string;
  /** SPDX expression. */
  readonly licence: string;
  /** Vendor and product in the Common Platform Enumeration, by which weaknesses are found; absent where there is none. */
  readonly cpe?: `${string}:${string}`;
}

/** The version that `process.versions` has for a work that was left out of a build. */
export const LEFT_OUT = '';
/** Members of `process.versions` that are no works: Node.js itself, and numbers of its interfaces. */
export const NO_WORKS = ['node', 'modules', 'napi'];

/** The works in `NODE_PACKAGES`. A test compares them with what the program says. */
export const NODE_PARTS: readonly NodePart[] = [
  { key: 'acorn', name: 'Acorn', version: '8.18.0', licence: 'MIT' },
  { key: 'ada', name: 'Ada', version: '4.0.0', licence: 'MIT' },
  { key: 'amaro', name: 'Amaro', version: '1.1.11', licence: 'MIT' },
  { key: 'ares', name: 'c-ares', version: '1.34.8', licence: 'MIT', cpe: 'c-ares:c-ares' },
  { key: 'brotli', name: 'Brotli', version: '1.2.0', licence: 'MIT', cpe: 'google:brotli' },
  { key: 'cldr', name: 'CLDR', version: '48.0', licence: 'Unicode-3.0' },
  {
    key: 'icu',
    name: 'ICU',
    version: '78.3',
    licence: 'Unicode-3.0',
    cpe: 'icu-project:international_components_for_unicode',
  },
  { key: 'libffi', name: 'libffi', version: '3.8.0', licence: 'MIT', cpe: 'libffi_project:libffi' },
  { key: 'lief', name: 'LIEF', version: '0.17.0', licence: 'Apache-2.0', cpe: 'lief-project:lief' },
  { key: 'llhttp', name: 'llhttp', version: '9.4.3', licence: 'MIT', cpe: 'llhttp:llhttp' },
  { key: 'merve', name: 'merve', version: '1.2.2', licence: 'MIT' },
  { key: 'nbytes', name: 'nbytes', version: '0.1.4', licence: 'MIT' },
  { key: 'ncrypto', name: 'ncrypto', version: '0.0.1', licence: 'MIT' },
  { key: 'nghttp2', name: 'nghttp2', version: '1.70.0', licence: 'MIT', cpe: 'nghttp2:nghttp2' },
  { key: 'openssl', name: 'OpenSSL', version: '3.5.8', licence: 'Apache-2.0', cpe: 'openssl:openssl' },
  { key: 'simdjson', name: 'simdjson', version: '4.6.11', licence: 'Apache-2.0', cpe: 'simdjson:simdjson' },
  { key: 'simdutf', name: 'simdutf', version: '7.7.0', licence: 'MIT' },
  { key: 'sqlite', name: 'SQLite', version: '3.53.4', licence: 'blessing', cpe: 'sqlite:sqlite' },
  { key: 'tz', name: 'Time Zone Database', version: '2026c', licence: 'CC-PDDC' },
  { key: 'undici', name: 'undici', version: '8.10.2', licence: 'MIT', cpe: 'nodejs:undici' },
  { key: 'unicode', name: 'Unicode Character Database', version: '17.0', licence: 'Unicode-3.0' },
  { key: 'uv', name: 'libuv', version: '1.52.1', licence: 'MIT', cpe: 'libuv:libuv' },
  { key: 'uvwasi', name: 'uvwasi', version: '0.0.23', licence: 'MIT' },
  { key: 'v8', name: 'V8', version: '14.6.202.34-node.34', licence: 'BSD-3-Clause', cpe: 'google:v8' },
  { key: 'zlib', name: 'zlib', version: '1.3.2.1-motley-285e94b', licence: 'Zlib', cpe: 'zlib:zlib' },
  { key: 'zstd', name: 'Zstandard', version: '1.5.7', licence: 'BSD-3-Clause', cpe: 'facebook:zstandard' },
];
