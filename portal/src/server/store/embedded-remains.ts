import { existsSync } from 'node:fs';
import path from 'node:path';
import type { DatabaseLocation } from './location.js';

/** True if the folder contains an embedded database. */
export const isMade = (folder: string): boolean => existsSync(path.join(folder, 'PG_VERSION'));

/** Returns the path of the embedded database in a data folder. */
export const embeddedFolder = (dataFolder: string): string => path.join(dataFolder, 'database');

/**
 * Finds an embedded database that is no longer used, because the portal has moved to PostgreSQL: it still has the passwords' hashes and the sealed PUKs of
 * that time. Returns its folder, or null.
 */
export function findRemains({
  database,
  dataFolder,
}: {
  readonly database: DatabaseLocation;
  readonly dataFolder: string;
}): string | null {
  const folder = embeddedFolder(dataFolder);
  return 'url' in database && isMade(folder) ? folder : null;
}

/** Returns the sentence about an embedded database that is no longer used, for the log and for `doctor`. */
export const remainsSentence = (folder: string): string =>
  `The embedded database in ${folder} is no longer used, and still has the passwords' hashes and the sealed PUKs of that time.`;
