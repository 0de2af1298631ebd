import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** @type {Map<string, { changed: number, files: string[] }>} */
const known = new Map();

/**
 * Lists the imports and re-exports of a source text, types and dynamic imports included.
 *
 * @param {string} text
 * @returns {{ specifier: string, start: number, end: number }[]} with offsets into the text, in UTF-16 units
 */
export function importsIn(text) {
  const { importedFiles } = ts.preProcessFile(text, true, false);
  return importedFiles.map(({ fileName, pos, end }) => ({ specifier: fileName, start: pos, end }));
}

/**
 * Resolves a relative specifier to its source file: TypeScript writes `./tlv.js` for `tlv.ts`.
 *
 * @param {string} file an absolute path
 * @param {string} specifier
 * @returns {string | undefined} undefined for a package
 */
export function fileOf(file, specifier) {
  if (!specifier.startsWith('.')) return undefined;
  return path.resolve(path.dirname(file), specifier).replace(/\.js$/, '.ts');
}

/**
 * Finds a chain of imports from one file to another.
 *
 * @param {string} from
 * @param {string} to
 * @param {Set<string>} seen files that are known not to lead there; the files tried now are added
 * @returns {string[] | undefined} the chain, both ends included
 */
export function chainBetween(from, to, seen) {
  if (from === to) return [to];
  if (seen.has(from)) return undefined;
  seen.add(from);
  for (const next of filesImportedBy(from)) {
    const rest = chainBetween(next, to, seen);
    if (rest !== undefined) return [from, ...rest];
  }
  return undefined;
}

/** @param {string} file */
function filesImportedBy(file) {
  const changed = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  if (changed === undefined) return [];
  const last = known.get(file);
  if (last?.changed === changed) return last.files;
  const files = importsIn(readFileSync(file, 'utf8'))
    .map(({ specifier }) => fileOf(file, specifier))
    .filter((found) => found !== undefined);
  known.set(file, { changed, files });
  return files;
}
