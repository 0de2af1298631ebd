import { randomUUID } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';

/**
 * Replaces a file atomically, so that a reader finds the old or the new one. A link in its place is replaced and never followed, because
 * its target may belong to someone else.
 */
export function replaceFile(file: string, content: string, mode: number): void {
  const fresh = `${file}.${randomUUID()}`;
  try {
    writeFileSync(fresh, content, { flag: 'wx', mode });
    renameSync(fresh, file);
  } finally {
    rmSync(fresh, { force: true });
  }
}
