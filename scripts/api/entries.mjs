import { readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** The packages that strangers install. */
export const PUBLISHED = ['words', 'protocol', 'sdk', 'cms'];

/**
 * Lists the entries of a package: what `exports` in its package.json offers, and the files behind it. A star stands for the name of an area.
 *
 * @param {string} folder of the package
 * @returns {import('./entries.mjs').Entry[]}
 */
export function entriesOf(folder) {
  const { name, exports = {} } = JSON.parse(readFileSync(path.join(ROOT, folder, 'package.json'), 'utf8'));
  return Object.entries(exports).map(([entry, { types, default: built }]) => ({
    specifier: path.posix.join(name, entry),
    source: path.posix.join(folder, built.replace(/^\.\/dist\//, 'src/').replace(/\.js$/, '.ts')),
    types: path.posix.join(folder, types),
  }));
}
