import crypto from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { gzipSync } from 'node:zlib';

/**
 * `node pack-empty-database.mjs FILE`: writes what PGlite's initdb leaves, for src/server/store/database.ts. The same bytes each time, so
 * that packages can be built again: initdb writes down the time, and a nonce that stands in for the password of users who do not exist,
 * which is of use only where a database is reached over a network.
 */
const [file = ''] = process.argv.slice(2);
const BEGIN = Date.UTC(2026, 0, 1);

let ticks = 0;
/** Milliseconds that pass at every look. */
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

// Once the clock is ours.
const { PGlite } = await import('@electric-sql/pglite');
const database = await PGlite.create();
const packed = await database.dumpDataDir('none');
await database.close();
writeFileSync(file, gzipSync(Buffer.from(await packed.arrayBuffer()), { level: 9 }));
