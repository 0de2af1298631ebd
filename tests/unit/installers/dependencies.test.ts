import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const read = (...names: string[]): string => readFileSync(path.join(ROOT, ...names), 'utf8');

/** The sections of docs/dependencies.md, each with its package. */
const SHIPPED = {
  Protocol: 'protocol',
  sdk: 'sdk',
  Extension: 'extension',
  'Native host': 'native-host',
  CMS: 'cms',
  Portal: 'portal',
} as const;

/** Lists the packages of others that a package uses. */
function dependenciesOf(folder: string): string[] {
  const { dependencies = {}, optionalDependencies = {} } = JSON.parse(read(folder, 'package.json')) as Record<
    string,
    Record<string, string> | undefined
  >;
  const names = Object.keys({ ...dependencies, ...optionalDependencies });
  return names.filter((name) => !name.startsWith('@cardwright/')).sort();
}

/** Lists the rows of a section's table: a name in the first column, a reason in the second. */
function rowsOf(section: string): { name: string; why: string }[] {
  const [, text = ''] = read('docs', 'dependencies.md').split(new RegExp(`^## ${section}$`, 'm'));
  const [own = ''] = text.split(/^## /m);
  return [...own.matchAll(/^\| `([^`]+)`\s*\| (.*?)\s*\|$/gm)].map(([, name = '', why = '']) => ({ name, why }));
}

describe('docs/dependencies.md', () => {
  it.each(Object.entries(SHIPPED))('names every package that %s brings, and no other', (section, folder) => {
    const needed = dependenciesOf(folder);
    expect(needed.length).toBeGreaterThan(1);
    expect(rowsOf(section).map(({ name }) => name)).toEqual(needed);
  });

  it.each(Object.values(SHIPPED))('names nothing that %s does not use', (folder) => {
    const sources = path.join(ROOT, folder, 'src');
    const code = readdirSync(sources, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(path.join(sources, file), 'utf8'))
      .join('\n');
    const isUsed = (name: string): boolean => code.includes(`'${name}'`) || code.includes(`'${name}/`);
    expect(dependenciesOf(folder).filter((name) => !isUsed(name))).toEqual([]);
  });

  it('gives a reason for each package', () => {
    const rows = Object.keys(SHIPPED).flatMap(rowsOf);
    expect(rows.filter(({ why }) => why.length < 10)).toEqual([]);
  });

  it('promises exact versions, which every package has', () => {
    const inexact = Object.values(SHIPPED).flatMap((folder) => {
      const { dependencies = {} } = JSON.parse(read(folder, 'package.json')) as {
        dependencies?: Record<string, string>;
      };
      return Object.entries(dependencies).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version));
    });
    expect(inexact).toEqual([]);
  });
});
