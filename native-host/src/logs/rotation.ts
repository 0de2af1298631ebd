import { closeSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { GENERATIONS, generationOf } from './log-place.js';

/** Size in bytes above which a host that opens the log rotates it. */
export const MAX_SIZE = 1024 * 1024;
/** Milliseconds after which a lock counts as left by a killed host. */
const STALE = 10_000;

/**
 * Rotates a log that is longer than `MAX_SIZE`. Hosts that still write to the old file continue. Of several hosts that start at the same time,
 * one rotates the log; the others find it rotated, or append to the old file.
 */
export function rotate(file: string): void {
  if (sizeOf(file) <= MAX_SIZE) return;
  const lock = `${file}.lock`;
  if (!take(lock)) return;
  try {
    // Another host may have rotated the log meanwhile.
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
    // A lock that a killed host left is removed here. The next host that starts can then rotate.
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
