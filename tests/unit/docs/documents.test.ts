import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { commands } from '@cardwright/protocol';
import { inRepository } from '@cardwright/stage';
import { words as operators } from '@cardwright/words/en/operator';
import { describe, expect, it } from '@jest/globals';
import { readMarkdown, type MarkdownFile } from './markdown.js';

/** Maximum number of characters of a paragraph: about five lines. A longer one becomes a list, a table or two paragraphs. */
const LONGEST_PARAGRAPH = 700;

/** Words that have a plainer form: cannot, again, someone, continues, releases, signs in. Only a certificate may go on a card. */
const BANNED =
  /\b(?:can not|anew|somebody|go(?:es)? on(?!\s(?:a|the) card)|lets? go|owes?|log(?:s|ged|ging)? (?:in|out))\b/gi;

/** Paths that exist only after a build or a run. */
const MADE_LATER = /(?:^|\/)(?:dist|node_modules)(?:\/|$)|^(?:demo|tests)\/screenshots\//;

const OWN_COMMANDS_OF_NPM = ['install', 'ci', 'pack'];

const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: inRepository(),
  encoding: 'utf8',
}).split('\n');
const files = tracked.filter((file) => file.endsWith('.md') && existsSync(inRepository(file))).map(read);
const folders = new Set(tracked.filter((file) => file.includes('/')).map((file) => file.split('/')[0]));

function read(file: string): MarkdownFile {
  return readMarkdown(file, readFileSync(inRepository(file), 'utf8'));
}

const isGenerated = ({ text }: MarkdownFile): boolean => text.startsWith('<!-- Generated');

/** Lists the complaints of a check about all documents. */
const complaints = (check: (file: MarkdownFile) => readonly string[]): string[] =>
  files.flatMap((file) => check(file).map((complaint) => `${file.path}: ${complaint}`));

describe('every document', () => {
  it('links only to files and headings that exist', () => {
    expect(complaints((file) => file.links.filter((link) => !leadsSomewhere(file, link)))).toEqual([]);
  });

  it('names only npm scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync(inRepository('package.json'), 'utf8')) as { scripts: object };
    const known = [...Object.keys(scripts), ...OWN_COMMANDS_OF_NPM];
    const named = (line: string): string[] =>
      [...line.matchAll(/\bnpm (?:run )?(?:-\S+ )*([a-z][\w:-]*)/g)].map(([, name = '']) => name);
    expect(named('npm run test:all -- PATH; npm --silent test')).toEqual(['test:all', 'test']);
    expect(complaints(({ code }) => code.flatMap(named).filter((name) => !known.includes(name)))).toEqual([]);
  });

  it('names only files that exist', () => {
    expect(complaints((file) => file.code.flatMap(pathsIn).filter((name) => !isThere(file, name)))).toEqual([]);
    const sources = new Set(tracked.map((file) => path.basename(file)));
    const isUnknown = (name: string): boolean => /^\w[\w.-]*\.(?:ts|mjs)$/.test(name) && !sources.has(name);
    expect(complaints(({ code }) => code.filter(isUnknown))).toEqual([]);
  });

  it('is in plain English', () => {
    expect(complaints(({ text }) => text.match(BANNED) ?? [])).toEqual([]);
  });

  it('has no paragraph that wants to be a list', () => {
    const long = (text: string): boolean => text.length > LONGEST_PARAGRAPH;
    expect(complaints((file) => (isGenerated(file) ? [] : file.paragraphs.filter(long)))).toEqual([]);
  });
});

describe('the promises of docs/security.md', () => {
  const { text } = read('docs/security.md');
  const proofs = [...text.matchAll(/`((?:unit|engine|simulation|integration|e2e)\/[\w/-]+)`(?:, _([^_]+)_)?/g)];

  it('name tests that exist', () => {
    expect(proofs.length).toBeGreaterThan(50);
    expect(proofs.map(([, name = '']) => name).filter((name) => testFile(name) === undefined)).toEqual([]);
  });

  it('quote the names of these tests', () => {
    const quotes = proofs.flatMap(([, name = '', quote = '']) => (quote === '' ? [] : [{ name, quote }]));
    expect(quotes.length).toBeGreaterThan(10);
    const isQuoted = (name: string, part: string): boolean =>
      readFileSync(testFile(name) ?? '', 'utf8')
        .replaceAll('’', "'")
        .includes(part.trim());
    expect(quotes.filter(({ name, quote }) => !quote.split('…').every((part) => isQuoted(name, part)))).toEqual([]);
  });
});

describe('docs/testing.md', () => {
  it('names tests that exist', () => {
    const named = read('docs/testing.md').code.filter((code) =>
      /^(?:unit|engine|simulation|integration|e2e)\/[\w/-]+$/.test(code),
    );
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((name) => testFile(name) === undefined && !existsSync(inRepository('tests', name)))).toEqual(
      [],
    );
  });
});

describe('docs/decisions', () => {
  const pages = files.filter(({ path: name }) => /^docs\/decisions\/\d/.test(name));

  it('are numbered without a gap, and each page begins with its number', () => {
    const numbers = pages.map(({ path: name }) => path.basename(name).slice(0, 4)).sort();
    expect(numbers).toEqual(pages.map((_, index) => String(index + 1).padStart(4, '0')));
    expect(pages.filter(({ path: name, text }) => !text.startsWith(`# ${path.basename(name).slice(0, 4)}: `))).toEqual(
      [],
    );
  });

  it('are all in the index', () => {
    const { links } = read('docs/decisions/README.md');
    expect(links.filter((link) => link.endsWith('.md')).sort()).toEqual(
      pages.map(({ path: name }) => path.basename(name)).sort(),
    );
  });
});

it.each(Object.values(operators.tabs))("docs/operate.md lists the operator's page %s", (title) => {
  const [, section = ''] = /\n## The operators' pages\n(.*?)\n## /s.exec(read('docs/operate.md').text) ?? [];
  expect(section).toMatch(new RegExp(`^\\| _${title}_ +\\|`, 'm'));
});

it('docs/architecture.md lists each area of commands', () => {
  const [, table = ''] = /### Commands by area\n(.*?)\n\n-/s.exec(read('docs/architecture.md').text) ?? [];
  const listed = [...table.matchAll(/^\| `(\w+)`/gm)].map(([, area]) => area);
  const areas = new Set(Object.keys(commands).map((method) => method.split('.')[0]));
  expect(listed.sort()).toEqual([...areas].sort());
});

function leadsSomewhere(file: MarkdownFile, link: string): boolean {
  if (/^[a-z]+:/.test(link)) return true;
  const [target = '', anchor] = link.split('#');
  const name = target === '' ? file.path : path.normalize(path.join(path.dirname(file.path), target));
  if (!existsSync(inRepository(name))) return false;
  return anchor === undefined || (files.find((other) => other.path === name)?.anchors.has(anchor) ?? false);
}

/**
 * Lists the words of a piece of code that look like paths: they have a slash and no placeholder. Leaves out absolute paths, which belong
 * to a machine and may have spaces.
 */
const pathsIn = (code: string): string[] =>
  (code.startsWith('/') ? [] : code.split(/\s+/)).filter(
    (word) => /^\.?\w[\w.-]*\/[\w./-]*$/.test(word) && !MADE_LATER.test(word),
  );

/** Looks from the root; in a package's README also from the package or its `src/`. A test may be named without its suffix. */
function isThere({ path: document }: MarkdownFile, name: string): boolean {
  const home = path.dirname(document);
  const isOfPackage = path.basename(document) === 'README.md' && folders.has(home);
  if (!isOfPackage && !folders.has(name.split('/')[0] ?? '')) return true;
  const places = isOfPackage ? ['', home, path.join(home, 'src')] : [''];
  return places.some((place) => ['', '.test.ts'].some((end) => existsSync(inRepository(place, `${name}${end}`))));
}

/** Finds the test that security.md and testing.md name by its path below `tests/`, without its suffix. */
const testFile = (name: string): string | undefined =>
  ['.test.ts', '.all.test.ts'].map((end) => inRepository('tests', `${name}${end}`)).find(existsSync);
