// Needs the build.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { testKeys } from '../../../protocol/src/publish/vectors/test-keys.js';
import { PUBLISHED } from '../../../scripts/api/entries.mjs';

const ROOT = path.resolve(import.meta.dirname, '../../..');

interface Manifest {
  readonly engines?: object;
  readonly license?: string;
  readonly sideEffects?: boolean | readonly string[];
  readonly exports: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const read = (...names: string[]): string => readFileSync(path.join(ROOT, ...names), 'utf8');
const manifestOf = (folder: string): Manifest => JSON.parse(read(folder, 'package.json')) as Manifest;

/** The files that `npm pack` would put into the archive of each. */
const archives = new Map(
  (
    JSON.parse(
      execFileSync('npm', ['pack', '--dry-run', '--json', ...PUBLISHED.flatMap((folder) => ['-w', folder])], {
        cwd: ROOT,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    ) as { readonly name: string; readonly files: readonly { readonly path: string }[] }[]
  ).map(({ name, files }) => [name.replace('@cardwright/', ''), files.map((file) => file.path)]),
);
const filesOf = (folder: string): readonly string[] => archives.get(folder) ?? [];

describe.each(PUBLISHED)('the archive of %s', (folder) => {
  const files = filesOf(folder);
  const manifest = manifestOf(folder);

  it('has the licence, a README, and for which Node it is', () => {
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json']));
    expect(read(folder, 'LICENSE')).toBe(read('LICENSE'));
    expect(manifest.license).toBe('MIT');
    expect(manifest.engines).toEqual((JSON.parse(read('package.json')) as Manifest).engines);
  });

  it('has each of its entries, with types', () => {
    const entries = Object.values(manifest.exports).flatMap((entry) => [entry.types, entry.default]);
    expect(entries.length).toBeGreaterThan(1);
    // A star stands for the name of an area.
    const isThere = (entry: string): boolean => {
      const [before = '', after] = path.normalize(entry).split('*');
      return after === undefined
        ? files.includes(before)
        : files.some((file) => file.startsWith(before) && file.endsWith(after));
    };
    expect(entries.filter((entry = '') => !isThere(entry))).toEqual([]);
  });

  it('has nothing that only its build needs, and no test key', () => {
    expect(files.filter((file) => /tsbuildinfo|\.mjs$|tsconfig|(^|\/)publish\//.test(file))).toEqual([]);
    const secrets = Object.values(testKeys).map(({ d }) => d);
    expect(secrets.length).toBeGreaterThan(2);
    const withKeys = files.filter((file) => secrets.some((secret) => read(folder, file).includes(secret)));
    expect(withKeys).toEqual([]);
  });

  it('has the source of each of its maps', () => {
    const maps = files.filter((file) => file.endsWith('.map'));
    expect(maps.length).toBeGreaterThan(10);
    const lost = maps.flatMap((file) =>
      (JSON.parse(read(folder, file)) as { readonly sources: readonly string[] }).sources
        .map((source) => path.join(path.dirname(file), source))
        .filter((source) => !files.includes(source)),
    );
    expect(lost).toEqual([]);
  });

  it('names exactly the files that do something when they are loaded', () => {
    const registering = files.filter((file) => file.endsWith('.js') && read(folder, file).includes('customElement('));
    const named = manifest.sideEffects;
    if (registering.length === 0) expect(named).toBe(false);
    // A page imports the entry only for the effects of these files.
    else expect(named).toEqual(['dist/elements.js', ...registering.toSorted()].map((file) => `./${file}`));
  });
});
