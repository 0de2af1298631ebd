import { lstatSync, realpathSync } from 'node:fs';
import path from 'node:path';
import type { System } from './system.js';

const GROUP_OR_OTHERS_WRITE = 0o022;

/**
 * Whether another account than root may put something else in a file's place, itself or through a folder above it.
 *
 * @returns the path that lets it; null where none does
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
