// Needs the build.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { inRepository } from '@cardwright/stage';
import { wizardFor } from '../../../sdk/src/elements/operations/wizards.js';

const ELEMENTS = inRepository('sdk', 'src', 'elements');
const sources = readdirSync(ELEMENTS, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(path.join(ELEMENTS, file), 'utf8'));
const entry = readFileSync(inRepository('sdk', 'src', 'elements.ts'), 'utf8');
const page = readFileSync(inRepository('docs', 'elements.md'), 'utf8');

const WIZARDS = ['add-device', 'change-pin', 'unlock', 'erase', 'operation'].map((name) => `cardwright-${name}`);
const OTHERS = { 'Mobile devices': 'add-mobile', 'The dialog': 'dialog', 'The error pane': 'error-pane' } as const;

/** Methods that the browser or Lit calls. */
const CALLBACKS = ['constructor', 'connectedCallback', 'disconnectedCallback'];

/** The public members of an element, from its source and the classes that it extends. */
interface Offer {
  /** Names of properties, with their attributes; a dash where there is none. */
  readonly properties: readonly string[];
  readonly methods: readonly string[];
  readonly slots: readonly string[];
  readonly events: readonly string[];
}

function offerOf(tag: string): Offer {
  const source = classesOf(tag).join('\n');
  const found = (pattern: RegExp): string[] => [...source.matchAll(pattern)].map(([, name = '']) => name);
  const properties = [...source.matchAll(/@property\((.*?)\) accessor (\w+)/g)].map(
    ([, options = '', name = '']) => `${options.includes('attribute: false') ? '–' : name.toLowerCase()} ${name}`,
  );
  const methods = new Set(found(/^ {2}(?:override |async )*(\w+)\(/gm).filter((name) => !CALLBACKS.includes(name)));
  const slots = [...found(/<slot name="([\w-]+)">/g), ...found(/\[slot=([\w-]+)\]/g)];
  return {
    properties: properties.sort(),
    methods: [...methods].map((name) => `${name}()`).sort(),
    slots: [...slots, ...(source.includes('<slot></slot>') ? ['(unnamed)'] : [])].sort(),
    events: [...new Set([...found(/new CustomEvent(?:<\w+>)?\('([\w-]+)'/g)])].sort(),
  };
}

/** The sources of an element's class and of the classes of ours that it extends. */
function classesOf(tag: string): string[] {
  const own = sources.find((source) => source.includes(`@customElement('${tag}')`)) ?? '';
  const classes: string[] = [];
  for (let source: string | undefined = own; source; source = extendedBy(source)) classes.push(source);
  return classes;
}

function extendedBy(source: string): string | undefined {
  const [, base] = /class \w+ extends (\w+)/.exec(source) ?? [];
  return sources.find((one) => new RegExp(`class ${base ?? ''} extends`).test(one));
}

/** The sections of the page, by heading. */
const sections = new Map(page.split(/^##+ /m).map((section) => [section.split('\n', 1)[0] ?? '', section] as const));

/** The rows of a section's table whose head begins so, each with its cells; nothing if there is no such table. */
function rowsOf(heading: string, head: string): string[][] {
  const section = sections.get(heading) ?? '';
  const [, rows = ''] = new RegExp(`^\\| ${head} .*\\n\\| -.*\\n((?:\\|.*\\n)*)`, 'm').exec(section) ?? [];
  return rows
    .trim()
    .split('\n')
    .filter((row) => row !== '')
    .map((row) =>
      row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('`', '')),
    );
}

const told = (...headings: readonly string[]): Offer => {
  const firstCells = (head: string): string[] =>
    headings.flatMap((heading) => rowsOf(heading, head).map(([name = '']) => name)).sort();
  const properties = headings.flatMap((heading) => rowsOf(heading, 'attribute'));
  return {
    properties: properties.map(([attribute = '', property = '']) => `${attribute} ${property}`).sort(),
    methods: firstCells('method'),
    slots: firstCells('slot'),
    events: firstCells('event'),
  };
};

describe('docs/elements.md', () => {
  it('has every element of the entry, with entries that exist', () => {
    const exported = [...entry.matchAll(/export \{ (?:type )?(\w+)/g)].map(([, name = '']) => name);
    const tags = sources.flatMap((source) => {
      const [, tag = '', name = ''] = /@customElement\('([\w-]+)'\)\nexport class (\w+)/.exec(source) ?? [];
      return exported.includes(name) ? [`<${tag}>`] : [];
    });
    const rows = tableAbove();
    expect(rows.map(([tag]) => tag).sort()).toEqual(tags.sort());
    const { exports } = JSON.parse(readFileSync(inRepository('sdk', 'package.json'), 'utf8')) as { exports: object };
    const names = Object.keys(exports).map((name) => name.replace('.', '@cardwright/sdk'));
    expect(rows.map((row) => row.at(-1) ?? '').filter((name) => !names.includes(name))).toEqual([]);
  });

  it.each(WIZARDS)('tells all that a wizard offers: %s', (tag) => {
    const own = tag === 'cardwright-operation' ? ['Your own operation'] : [];
    const { properties, methods, slots } = offerOf(tag);
    expect(told('Wizards', ...own)).toMatchObject({ properties, methods, slots });
  });

  it('tells which wizard fires which event, and which kind it sends', () => {
    const rows = new Map(tableAbove().map(([tag = '', , kind = '']) => [tag, kind]));
    const fired = WIZARDS.map((tag) => {
      const kind = rows.get(`<${tag}>`) ?? '';
      return [wizardFor(kind, '').event, `<${tag}>`];
    });
    const events = rowsOf('Wizards', 'event').map(([event, of]) => [event, of]);
    expect(events).toEqual([
      ...fired,
      ...offerOf('cardwright-add-device').events.map((event) => [event, 'all of them']),
    ]);
  });

  it.each(Object.entries(OTHERS))('tells all that an element offers: %s', (heading, name) => {
    expect(told(heading)).toEqual(offerOf(`cardwright-${name}`));
  });

  it('names every custom property', () => {
    const used = sources.flatMap((source) =>
      [...source.matchAll(/var\(\s*(--cardwright-[\w-]+)/g)].map(([, name]) => name),
    );
    expect(
      rowsOf('The look', 'custom property')
        .map(([name]) => name)
        .sort(),
    ).toEqual([...new Set(used)].sort());
  });

  it('has a script and a line by which it is bundled', () => {
    const [, script = ''] = /^```js\n(.*?)^```$/ms.exec(page) ?? [];
    const [, line = ''] = /^npx (esbuild page\.js .*)$/m.exec(page) ?? [];
    // Below the repository, whose packages it finds.
    mkdirSync(inRepository('.cache'), { recursive: true });
    const folder = mkdtempSync(inRepository('.cache', 'bundled-'));
    try {
      writeFileSync(path.join(folder, 'page.js'), script);
      execFileSync('npm', ['exec', '--offline', '--', ...line.split(' ')], { cwd: folder, stdio: 'pipe' });
      const bundled = readdirSync(path.join(folder, 'public'));
      const text = bundled.map((file) => readFileSync(path.join(folder, 'public', file), 'utf8')).join('\n');
      // The languages are in files of their own.
      expect(bundled.length).toBeGreaterThan(1);
      expect(text).toContain('cardwright-add-device');
      expect(text).not.toMatch(/\b(?:from|import) ?["'](?!\.\/)/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

/** The table at the top of the page, which stands under its title. */
function tableAbove(): string[][] {
  const [top = ''] = page.split(/^## /m);
  return top
    .split('\n')
    .filter((line) => line.startsWith('| `<'))
    .map((row) =>
      row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('`', '')),
    );
}
