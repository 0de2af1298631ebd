import { lstatSync, realpathSync } from 'node:fs';
import path from 'node:path';
import type { System } from './system.js';

const GROUP_OR_OTHERS_WRITE = 0o022;

/**
 * Checks whether an account other than the owner of the folder `System.root` (on a real computer: the account root) may change a file, directly or
 * through a folder above the file.
 *
 * @param file path of the file; links are followed
 * @returns the lowest file or folder that belongs to another account, or to which group or others may write; null if there is no such file or folder
 */
export function whoElseMayChange({ root }: System, file: string): string | null {
  const top = realpathSync(root);
  return writableByOthers(realpathSync(file), top, lstatSync(top).uid);
}

/**
 * Returns the lowest place between a file and the folder `top`, both included, that does not belong to the account `owner`, or to which group or others
 * may write; null if there is none. Both paths must be free of links. A file outside `top` is checked up to the file system's root.
 */
export function writableByOthers(file: string, top: string, owner: number | undefined): string | null {
  for (let place = file; ; place = path.dirname(place)) {
    const { uid, mode } = lstatSync(place);
    if (uid !== owner || (mode & GROUP_OR_OTHERS_WRITE) !== 0) return place;
    if (place === top || place === path.dirname(place)) return null;
  }
}
