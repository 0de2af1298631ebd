import { readFileSync } from 'node:fs';
import path from 'node:path';
import { entriesOf } from './api/entries.mjs';
import { fileOf, importsIn } from './lint/import-graph.mjs';

const ROOT = path.resolve(import.meta.dirname, '..');

/**
 * Finds who imports each module, in the sources.
 *
 * @param {readonly string[]} files of sources and tests, from the clone's folder
 * @returns {Map<string, Set<string>>} for each module the files that import it, types and dynamic imports included
 */
export function importersAmong(files) {
  const folders = new Set(files.filter((file) => path.basename(file) === 'package.json').map(path.posix.dirname));
  const entries = [...folders].flatMap((folder) => (folder === '.' ? [] : entriesOf(folder)));
  const importers = new Map();
  for (const file of files.filter(isModule)) {
    for (const imported of modulesIn(file, entries)) {
      importers.set(imported, (importers.get(imported) ?? new Set()).add(file));
    }
  }
  return importers;
}

/** @param {string} file */
export const isModule = (file) => /\.(ts|mts|mjs|js)$/.test(file) && !file.endsWith('.d.mts');

/**
 * Finds what changed files can reach: themselves, who imports them, and so on.
 *
 * @param {readonly string[]} changed
 * @param {Map<string, Set<string>>} importers
 * @returns {Set<string>}
 */
export function reachedFrom(changed, importers) {
  const reached = new Set(changed);
  // A set that grows while it is walked is walked to its new end.
  for (const file of reached) for (const importer of importers.get(file) ?? []) reached.add(importer);
  return reached;
}

/** @param {string} file @param {ReturnType<typeof entriesOf>} entries @returns {string[]} from the clone's folder */
function modulesIn(file, entries) {
  const absolute = path.join(ROOT, file);
  return importsIn(readFileSync(absolute, 'utf8')).flatMap(({ specifier }) => {
    const relative = fileOf(absolute, specifier);
    if (relative !== undefined) return [path.relative(ROOT, relative)];
    return entries.flatMap((entry) => sourceOf(entry, specifier) ?? []);
  });
}

/** @param {{ specifier: string, source: string }} entry of a package; a star stands for any name @param {string} specifier */
function sourceOf(entry, specifier) {
  const [before = '', after] = entry.specifier.split('*');
  if (after === undefined) return entry.specifier === specifier ? entry.source : undefined;
  if (!specifier.startsWith(before) || !specifier.endsWith(after)) return undefined;
  return entry.source.replace('*', specifier.slice(before.length, specifier.length - after.length));
}
