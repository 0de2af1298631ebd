import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import * as entry from '@cardwright/cms';
import { STANDARD_OPERATIONS } from '@cardwright/cms';
import { commands, errorCatalogue } from '@cardwright/protocol';
import { inRepository } from '@cardwright/stage';
import { words } from '@cardwright/words/en/portal-server';

/** Lists the committed and the new sources below folders, by their paths in the repository. */
const filesIn = (...folders: readonly string[]): readonly string[] =>
  execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '--deduplicate', ...folders], {
    cwd: inRepository(),
    encoding: 'utf8',
  })
    .split('\n')
    .filter((file) => file.endsWith('.ts') && existsSync(inRepository(file)));

const read = (file: string): string => readFileSync(inRepository(file), 'utf8');

/** Lists the first groups of all matches in the files. */
const found = (files: readonly string[], pattern: RegExp): readonly string[] =>
  files.flatMap((file) => [...read(file).matchAll(pattern)].map(([, name = '']) => name));

/** The files that list all definitions of one kind: where definitions are, how each begins, and how the modules with definitions are named. */
const REGISTRIES = {
  'cms/src/standard-operations.ts': {
    folder: 'cms/src',
    definition: /^export const (\w+) = defineOperation\(/gm,
    modules: /^\.\/([\w-]+)\/\1\.js$/,
  },
  'sdk/src/elements/panes.ts': {
    folder: 'sdk/src/elements/panes',
    definition: /^export const (\w+): PaneDefinition</gm,
    modules: /^\.\/panes\//,
  },
  'sdk/src/elements/operations/wizards.ts': {
    folder: 'sdk/src/elements/operations',
    definition: /^export const (\w+): WizardDefinition</gm,
    modules: /^\.\//,
  },
  'protocol/src/settings/settings.ts': {
    folder: 'protocol/src/settings',
    definition: /^export const (\w+) = (?:defineSetting<|minimumVersion\()/gm,
    modules: /-settings?\.js$/,
  },
} as const;

describe.each(Object.entries(REGISTRIES))('%s', (registry, { folder, definition, modules }) => {
  it('imports exactly the definitions in its folder', () => {
    const imported = [...read(registry).matchAll(/^import \{([^}]*)\} from '([^']*)'/gm)]
      .filter(([, , from = '']) => modules.test(from))
      .flatMap(([, names = '']) => names.split(',').map((name) => name.trim()))
      .filter((name) => name !== '' && !name.startsWith('type '));
    expect(imported.length).toBeGreaterThan(3);
    expect(found(filesIn(folder), definition).toSorted()).toEqual(imported.toSorted());
  });
});

it("shows each element of the portal's pages somewhere", () => {
  const tabs = found(
    ['portal/src/pages/operator/operator-pages.ts', 'portal/src/features/pages.ts'],
    /\belement: (\w+)/g,
  );
  const sources = filesIn('portal/src').map(read);
  // A page of the portal is the element of that name.
  const pages = Object.keys(words.titles).map((page) => `portal-${page}`);
  const isShown = (tag: string): boolean => pages.includes(tag) || sources.some((text) => text.includes(`<${tag}`));
  const elements = sources.flatMap((text) => [
    ...text.matchAll(/^@customElement\('([\w-]+)'\)\s*export class (\w+)/gm),
  ]);
  expect(elements.length).toBeGreaterThan(20);
  expect(elements.filter(([, tag = '', name = '']) => !isShown(tag) && !tabs.includes(name))).toEqual([]);
});

const PRODUCT = ['cms/src', 'extension/src', 'native-host/src', 'portal/src', 'protocol/src', 'sdk/src'];
/** Where codes are defined and listed, which gives no error. */
const LISTS_OF_CODES = /^protocol\/src\/(?:errors\/|publish\/|troubleshooting\.ts)/;
const product = filesIn(...PRODUCT)
  .filter((file) => !LISTS_OF_CODES.test(file))
  .map(read)
  .join('\n');

it('gives each error somewhere', () => {
  expect(Object.keys(errorCatalogue).filter((code) => !product.includes(`'${code}'`))).toEqual([]);
});

/** Reads the tests themselves, without what they share: lists there name everything. */
const testsIn = (...folders: readonly string[]): string =>
  filesIn(...folders.map((folder) => `tests/${folder}`))
    .filter((file) => file.endsWith('.test.ts'))
    .map(read)
    .join('\n');

const ofCommands = testsIn('unit/native-host', 'unit/extension', 'unit/sdk', 'simulation', 'integration', 'e2e');
it('sends each command in a test', () => {
  expect(Object.keys(commands).filter((method) => !ofCommands.includes(`'${method}'`))).toEqual([]);
});

const ofOperations = testsIn('engine');
it('tests each operation with the engine', () => {
  const untested = STANDARD_OPERATIONS.filter((operation) => {
    const [name = ''] = Object.entries(entry).flatMap(([exported, value]) => (value === operation ? [exported] : []));
    return !new RegExp(`kind: '${operation.kind}'|\\b${name}\\b`).test(ofOperations);
  });
  expect(untested.map(({ kind }) => kind)).toEqual([]);
});
