import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { STANDARD_OPERATIONS } from '@cardwright/cms';
import { commands, isMethod } from '@cardwright/protocol';
import { inRepository } from '@cardwright/stage';
import { words } from '@cardwright/words/en/portal-server';

/** Lists the committed and the new files below a folder, by their paths in the repository. */
const filesIn = (...folders: readonly string[]): readonly string[] =>
  execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '--deduplicate', ...folders], {
    cwd: inRepository(),
    encoding: 'utf8',
  })
    .split('\n')
    .filter((file) => /\.(?:ts|html)$/.test(file));

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
  'extension/src/policy/settings.ts': {
    folder: 'extension/src/policy',
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
  const tabs = found(['portal/src/pages/operator/operator-pages.ts'], /\belement: (\w+)/g);
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

/** Tests that take their cases from the tables. They name nothing of their own accord. */
const OF_ALL = ['tests/unit/protocol/', 'tests/unit/docs/'];
const testedIn = filesIn('tests')
  .filter((file) => !OF_ALL.some((folder) => file.startsWith(folder)))
  .map(read);
const isTested = (name: string): boolean => testedIn.some((text) => text.includes(`'${name}'`));

it.each(Object.keys(commands).filter(isMethod))('sends the command %s in a test', (method) => {
  expect(isTested(method)).toBe(true);
});

it.each(STANDARD_OPERATIONS)('starts the operation $kind in a test', ({ kind }) => {
  expect(isTested(kind)).toBe(true);
});
