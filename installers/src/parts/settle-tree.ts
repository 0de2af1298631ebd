import { chmodSync, lstatSync, lutimesSync, readdirSync } from 'node:fs';
import path from 'node:path';

const MODE = { folder: 0o755, program: 0o755, file: 0o644 } as const;
const ANY_EXECUTE = 0o111;

/**
 * Makes a tree the same whoever laid it out. Every file and folder gets the time `epoch` (seconds since 1970), and its usual mode, whatever the umask
 * was. A file that anyone may run becomes executable for everyone. Call this function after the last change to the tree.
 */
export function settleTree(folder: string, epoch: number): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) settleTree(file, epoch);
    else settle(file, epoch);
  }
  settle(folder, epoch);
}

function settle(file: string, epoch: number): void {
  const found = lstatSync(file);
  if (found.isDirectory()) chmodSync(file, MODE.folder);
  // A link has no mode of its own on Linux.
  else if (found.isFile()) chmodSync(file, (found.mode & ANY_EXECUTE) === 0 ? MODE.file : MODE.program);
  lutimesSync(file, epoch, epoch);
}
