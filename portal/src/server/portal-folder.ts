import { existsSync } from 'node:fs';
import path from 'node:path';

const MARK = 'migrations';

/**
 * The portal's own folder: the nearest folder above this file that contains the migrations. The folder is found in this way from the sources,
 * from their compiled files, from the bundle, and in an installed portal.
 */
const PORTAL_FOLDER = findFolder(import.meta.dirname);

/** Returns the path of a file or folder that comes with the portal. */
export const inPortal = (...names: string[]): string => path.join(PORTAL_FOLDER, ...names);

function findFolder(start: string): string {
  if (existsSync(path.join(start, MARK))) return start;
  const above = path.dirname(start);
  if (above === start) throw new Error('The portal is not complete: its migrations are missing.');
  return findFolder(above);
}
