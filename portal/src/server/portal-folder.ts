import { existsSync } from 'node:fs';
import path from 'node:path';

const MARK = 'migrations';

/**
 * The portal's own folder: the nearest one above this file that has its migrations. It is the workspace's, from the sources, from what
 * was compiled of them, and from the bundle, or that of an installed portal.
 */
const PORTAL_FOLDER = findFolder(import.meta.dirname);

/** A file or a folder that comes with the portal. */
export const inPortal = (...names: string[]): string => path.join(PORTAL_FOLDER, ...names);

function findFolder(start: string): string {
  if (existsSync(path.join(start, MARK))) return start;
  const above = path.dirname(start);
  if (above === start) throw new Error('The portal is not complete: its migrations are missing.');
  return findFolder(above);
}
