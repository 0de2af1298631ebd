// Needs the build.
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const PUBLISHED = ['words', 'protocol', 'sdk', 'cms'] as const;

type Exports = Readonly<Record<string, { readonly types: string }>>;

/** Returns the declaration files of a package's entries. A star in an entry stands for the name of an area. */
function entriesOf(folder: string): string[] {
  const manifest = JSON.parse(readFileSync(path.join(ROOT, folder, 'package.json'), 'utf8')) as { exports: Exports };
  return Object.values(manifest.exports).flatMap(({ types }) => {
    const entry = path.join(ROOT, folder, types);
    if (!entry.includes('*')) return [entry];
    const areas = path.dirname(entry);
    return readdirSync(areas)
      .filter((name) => name.endsWith('.d.ts'))
      .map((name) => path.join(areas, name));
  });
}

const program = ts.createProgram(PUBLISHED.flatMap(entriesOf), {
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  noLib: true,
  types: [],
});
const checker = program.getTypeChecker();

/** Returns the exported names of a package, each with the place where it is declared. */
function exportedBy(folder: string): ReadonlyMap<string, string> {
  const modules = entriesOf(folder).map((entry) => {
    const file = program.getSourceFile(entry);
    const module = file && checker.getSymbolAtLocation(file);
    if (!module) throw new Error(`${entry} exports nothing: is it built?`);
    return module;
  });
  return new Map(modules.flatMap((one) => checker.getExportsOfModule(one)).map((name) => [name.name, placeOf(name)]));
}

function placeOf(name: ts.Symbol): string {
  const { declarations, name: declared } = name.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(name) : name;
  const file = declarations?.[0]?.getSourceFile().fileName;
  if (file === undefined) throw new Error(`${name.name} is declared nowhere`);
  return `${path.relative(ROOT, file)}#${declared}`;
}

const exported = new Map(PUBLISHED.map((folder) => [folder, exportedBy(folder)]));
const PAIRS = PUBLISHED.flatMap((one, index) => PUBLISHED.slice(index + 1).map((other) => [one, other] as const));

describe('the published packages', () => {
  it.each(PAIRS)('%s and %s export no name with two meanings', (one, other) => {
    const others = exported.get(other) ?? new Map<string, string>();
    const clashes = [...(exported.get(one) ?? [])].flatMap(([name, place]) => {
      const elsewhere = others.get(name) ?? place;
      return elsewhere === place ? [] : [`${name}: ${place}, ${elsewhere}`];
    });
    expect(clashes).toEqual([]);
  });

  it('pass on names of each other as they are', () => {
    expect(exported.get('sdk')?.get('CardwrightError')).toBe(exported.get('protocol')?.get('CardwrightError'));
    expect(exported.get('protocol')?.get('ErrorText')).toBe(exported.get('words')?.get('ErrorText'));
  });
});
