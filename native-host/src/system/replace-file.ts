import { randomUUID } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';

/**
 * Puts a file in its place as a whole, so that whoever reads it meanwhile finds the old or the new one. A link that stood there is
 * replaced, never followed: what it pointed to may belong to someone else.
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
