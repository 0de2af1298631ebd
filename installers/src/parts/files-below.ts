import { readdirSync } from 'node:fs';
import path from 'node:path';

/**
 * Lists the files below a folder, with `/` between names, in the order of their bytes: the same on every machine. Links count as
 * files.
 */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'))
    .sort(byBytes);
}

/** Compares by bytes, because `localeCompare` would depend on the builder's locale. */
const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
