import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { inRepository } from './repository.js';

/** Folder of an empty database, which portal/build.mjs creates. */
const EMPTY = inRepository('portal', 'dist', 'stage-database');

/**
 * Copies an empty database into a portal's folder. Does nothing if the folder already contains a database. A portal would create the same database at
 * its first start, but copying takes only a quarter of the time. A run of the tests starts about a hundred portals.
 *
 * @param dataFolder the portal's folder
 */
export function layDatabase(dataFolder: string): void {
  const folder = path.join(dataFolder, 'database');
  if (existsSync(folder)) return;
  mkdirSync(dataFolder, { recursive: true });
  execFileSync('cp', ['--recursive', EMPTY, folder]);
}
