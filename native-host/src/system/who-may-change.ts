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
  const administrator = lstatSync(top).uid;
  for (let place = realpathSync(file); ; place = path.dirname(place)) {
    const { uid, mode } = lstatSync(place);
    if (uid !== administrator || (mode & GROUP_OR_OTHERS_WRITE) !== 0) return place;
    if (place === top || place === path.dirname(place)) return null;
  }
}
