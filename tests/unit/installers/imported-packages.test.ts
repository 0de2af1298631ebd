import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';

const ROOT = path.resolve(import.meta.dirname, '../../..');

interface Listing {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
interface Manifest extends Listing {
  readonly workspaces?: readonly string[];
}
interface Locked extends Listing {
  readonly version?: string;
}

const readJson = (...names: string[]): unknown => JSON.parse(readFileSync(path.join(ROOT, ...names), 'utf8'));
const manifestOf = (folder: string): Manifest => readJson(folder, 'package.json') as Manifest;

const root = manifestOf('');
const lock = readJson('package-lock.json') as { packages: Record<string, Locked | undefined> };
const folders = root.workspaces ?? [];

const listedBy = ({ dependencies, devDependencies, optionalDependencies }: Listing): Record<string, string> => ({
  ...dependencies,
  ...devDependencies,
  ...optionalDependencies,
});

/** Lists the packages that a file imports, by their names: `drizzle-orm` for `drizzle-orm/pg-core`. */
function packagesIn(text: string): string[] {
  return ts
    .preProcessFile(text, true, false)
    .importedFiles.map(({ fileName }) => fileName)
    .filter((specifier) => !specifier.startsWith('.') && !isBuiltin(specifier))
    .map((specifier) =>
      specifier
        .split('/')
        .slice(0, specifier.startsWith('@') ? 2 : 1)
        .join('/'),
    );
}

/** Lists the packages that a folder's files import, each with the first file that imports it. */
function importsOf(folder: string): Map<string, string> {
  const files = readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.m?[jt]s$/.test(file) && !/(^|\/)(dist|node_modules)\//.test(file))
    .sort();
  const found = new Map<string, string>();
  for (const file of files)
    for (const name of packagesIn(readFileSync(path.join(ROOT, folder, file), 'utf8')))
      if (!found.has(name)) found.set(name, file);
  return found;
}

describe.each(folders)('%s', (folder) => {
  const manifest = manifestOf(folder);
  const listed = listedBy(manifest);
  const imported = importsOf(folder);

  it('imports only packages that it lists; tests and build scripts have the tools of the root too', () => {
    const ofRoot = Object.keys(root.devDependencies ?? {});
    const isTool = (name: string, file: string): boolean => ofRoot.includes(name) && !file.startsWith('src/');
    const unlisted = [...imported].filter(([name, file]) => !(name in listed) && !isTool(name, file));
    expect(unlisted).toEqual([]);
    // Only the lowest package needs none.
    expect(imported.size === 0).toBe(folder === 'words');
  });

  it('has its listed packages in the lock, in these versions', () => {
    expect(listedBy(lock.packages[folder] ?? {})).toEqual(listed);
    const installed = (name: string): Locked | undefined =>
      lock.packages[`${folder}/node_modules/${name}`] ?? lock.packages[`node_modules/${name}`];
    const foreign = Object.entries(listed).filter(([name]) => !name.startsWith('@cardwright/'));
    expect(foreign.filter(([name, version]) => installed(name)?.version !== version)).toEqual([]);
  });
});

it('lists no package for tests alone, unless they import it or its types', () => {
  const imported = importsOf('tests');
  const typed = (name: string): string => name.replace(/^@types\//, '');
  expect(Object.keys(listedBy(manifestOf('tests'))).filter((name) => !imported.has(typed(name)))).toEqual([]);
});

it('lists a shared package in the same version everywhere', () => {
  const versions = new Map<string, Set<string>>();
  for (const [name, version] of folders.flatMap((folder) => Object.entries(listedBy(manifestOf(folder)))))
    versions.set(name, (versions.get(name) ?? new Set()).add(version));
  expect([...versions].filter(([, { size }]) => size > 1).map(([name]) => name)).toEqual([]);
});

it('reads an import in each of its forms', () => {
  const forms = [
    "import { a } from 'one';",
    "import '@two/a/b';",
    "export * from 'three/deep';",
    "import type { B } from 'four';",
    "const late = () => import('five');",
    "type Six = import('six').Six;",
    "import 'node:fs'; import 'fs'; import './own.js'; const no = \"from 'seven'\";",
  ];
  expect(packagesIn(forms.join('\n'))).toEqual(['one', '@two/a', 'three', 'four', 'five', 'six']);
});
