import { randomUUID } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';

/**
 * Replaces or creates a file atomically: a program that reads the file finds either the old content or the new content, complete. A link in place of
 * the file is replaced and not followed, because its target may belong to someone else.
 *
 * @param mode permissions of the new file, before the umask
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
