import { entriesOf } from './scripts/api/entries.mjs';
import { runsEverything, THOROUGH_FILE } from './scripts/thorough.mjs';
import { fileOfLibrary, LIBRARIES } from './tests/libraries.mjs';

/** Sources are compiled one by one by swc; types are checked by `tsc -b`. ES modules throughout. */
const packages = [
  'words',
  'protocol',
  'sdk',
  'extension',
  'native-host',
  'cms',
  'portal',
  'virtual-card',
  'stage',
  'demo',
  'simulator',
  'installers',
];

const everything = runsEverything(process.env);

export default {
  runtime: '<rootDir>/tests/kept-modules.mjs',
  testEnvironment: '<rootDir>/tests/environment.mjs',
  // What a file puts into its global object goes with that object. Jest would print a warning where something still uses it after the file's end.
  testEnvironmentOptions: { globalsCleanup: 'off' },
  testSequencer: '<rootDir>/tests/sequencer.mjs',
  // The summary would print each failure of a long run a second time.
  reporters: ['<rootDir>/tests/reporter.mjs', ['summary', { summaryThreshold: Infinity }]],
  roots: ['<rootDir>/tests'],
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', ...(everything ? [] : [`${THOROUGH_FILE.replaceAll('.', '\\.')}$`])],
  // Read by tests/support/thorough.ts.
  globals: { runsEverything: everything },
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { decoratorVersion: '2022-03' },
        },
        module: { type: 'es6' },
      },
    ],
  },
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    ...Object.fromEntries(
      LIBRARIES.map((name) => [`^${name}$`, `<rootDir>/tests/dist/libraries/${fileOfLibrary(name)}`]),
    ),
    ...Object.fromEntries(
      packages
        .flatMap(entriesOf)
        .map(({ specifier, source }) => [
          `^${specifier.replace('*', '(.*)')}$`,
          `<rootDir>/${source.replace('*', '$1')}`,
        ]),
    ),
  },
  // Only what hangs takes so long, on a busy machine too.
  testTimeout: 300_000,
};
