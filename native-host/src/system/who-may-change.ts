import { lstatSync, realpathSync } from 'node:fs';
import path from 'node:path';
import type { System } from './system.js';

const GROUP_OR_OTHERS_WRITE = 0o022;

/**
 * Checks whether an account other than root may replace a file, directly or through a folder above it.
 *
 * @returns the file or folder that such an account may change; null if there is none
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
