import { closeSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { GENERATIONS, generationOf } from './log-place.js';

/** Bytes after which a log gives way to a new one. */
export const MAX_SIZE = 1024 * 1024;
/** Milliseconds after which a lock is what a host left that was killed. */
const STALE = 10_000;

/**
 * Puts a log aside that has grown, for the host that starts now. Hosts that still write to it continue. Of several that
 * start at once one rotates; the others find it done, or append to what is there.
 */
export function rotate(file: string): void {
  if (sizeOf(file) <= MAX_SIZE) return;
  const lock = `${file}.lock`;
  if (!take(lock)) return;
  try {
    // Another host may have been faster.
    if (sizeOf(file) <= MAX_SIZE) return;
    for (let generation = GENERATIONS - 1; generation > 0; generation -= 1) {
      renameIfThere(generationOf(file, generation - 1), generationOf(file, generation));
    }
  } finally {
    rmSync(lock, { force: true });
  }
}

function take(lock: string): boolean {
  try {
    closeSync(openSync(lock, 'wx'));
    return true;
  } catch {
    // Whoever comes after a killed host clears up, and the next one rotates.
    if (Date.now() - modifiedAt(lock) > STALE) rmSync(lock, { force: true });
    return false;
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function modifiedAt(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
}

function renameIfThere(from: string, to: string): void {
  if (statSync(from, { throwIfNoEntry: false })) renameSync(from, to);
}
