import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import path from 'node:path';

/** Ending of a file that only the compiler writes. A module with such a file beside it is the compiler's; a bundle has none. */
const DECLARATION = '.d.ts';
/** Endings of the files that the compiler writes for one source. */
const OUTPUTS = [DECLARATION, '.d.ts.map', '.js', '.js.map'];

/**
 * Removes the compiler's outputs of sources that were moved or deleted, which the compiler itself leaves where they are. Call it after a
 * compilation: before one that fails, the compiler would later hold a source that comes back for compiled.
 *
 * @param {string} folder of a package, with `src` and `dist`
 */
export function removeStaleOutputs(folder) {
  const dist = path.join(folder, 'dist');
  if (!existsSync(dist)) return;
  for (const file of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith(DECLARATION)) continue;
    const module = file.slice(0, -DECLARATION.length);
    if (existsSync(path.join(folder, 'src', `${module}.ts`))) continue;
    for (const ending of OUTPUTS) rmSync(path.join(dist, `${module}${ending}`), { force: true });
    removeEmptyFolders(dist, path.dirname(module));
  }
}

/**
 * @param {string} dist
 * @param {string} relative the lowest folder, which may be empty
 */
function removeEmptyFolders(dist, relative) {
  for (let folder = relative; folder !== '.'; folder = path.dirname(folder)) {
    if (readdirSync(path.join(dist, folder)).length > 0) return;
    rmdirSync(path.join(dist, folder));
  }
}
