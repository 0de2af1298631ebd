import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { inRepository } from './repository.js';

/** Created by portal/build.mjs. */
const EMPTY = inRepository('portal', 'dist', 'stage-database');

/**
 * Gives a new portal an empty database, like that of a first start. A copy takes a quarter of the time, and a run of the tests starts some
 * hundred portals.
 *
 * @param dataFolder the portal's folder
 */
export function layDatabase(dataFolder: string): void {
  const folder = path.join(dataFolder, 'database');
  if (existsSync(folder)) return;
  mkdirSync(dataFolder, { recursive: true });
  execFileSync('cp', ['--recursive', EMPTY, folder]);
}
