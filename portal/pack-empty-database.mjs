import { execFileSync } from 'node:child_process';
import crypto from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { gzipSync } from 'node:zlib';

/**
 * `node pack-empty-database.mjs FILE FOLDER`: writes the result of PGlite's initdb to FILE, for src/server/store/database.ts, and the
 * same with the portal's tables to FOLDER, for a stage. FILE always has the same bytes, so that packages are reproducible. initdb
 * would write the time, and a nonce in place of the password of non-existent users, which only matters for a database on a network.
 */
const [file = '', folder = ''] = process.argv.slice(2);
const BEGIN = Date.UTC(2026, 0, 1);

let ticks = 0;
/** Returns the milliseconds of a clock that advances by one at every look. */
const tick = () => (ticks += 1);
const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...parts) {
    super(...(parts.length === 0 ? [BEGIN + tick()] : parts));
  }
  static now() {
    return BEGIN + tick();
  }
};
globalThis.performance.now = tick;
crypto.randomFillSync = (buffer) => buffer.fill(0);
globalThis.crypto.getRandomValues = (buffer) => buffer.fill(0);
syncBuiltinESMExports();

// Loaded once the clock is replaced.
const { PGlite } = await import('@electric-sql/pglite');
const { migratePglite } = await import('./dist/server/store/database.js');
const database = await PGlite.create();
writeFileSync(file, gzipSync(await dump()));
await migratePglite(database);
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { mode: 0o700 });
execFileSync('tar', ['--extract', '--directory', folder], { input: await dump() });
await database.close();

/** Returns the database's folder as a tar. */
async function dump() {
  return Buffer.from(await (await database.dumpDataDir('none')).arrayBuffer());
}
