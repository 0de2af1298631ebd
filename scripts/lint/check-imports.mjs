import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { judgeImports } from './import-boundaries.mjs';

/** Prints what is wrong with the imports of all sources. The exit code is 1 when it found something. */
const ROOT = path.resolve(import.meta.dirname, '../..');
const SOURCE = /\.(ts|mts|mjs|js)$/;
/** Names of folders without sources of ours. Those with a dot in front have none either. */
const WITHOUT_SOURCES = ['dist', 'node_modules'];

/** @param {string} folder @returns {Generator<string>} */
function* sourcesIn(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isFile() && SOURCE.test(entry.name)) yield file;
    if (!entry.isDirectory() || entry.name.startsWith('.') || WITHOUT_SOURCES.includes(entry.name)) continue;
    yield* sourcesIn(file);
  }
}

for (const file of sourcesIn(ROOT)) {
  for (const { line, column, message } of judgeImports(file, readFileSync(file, 'utf8'))) {
    console.error(`${path.relative(ROOT, file)}:${line}:${column} ${message}`);
    process.exitCode = 1;
  }
}
