import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';

/** Mode and owner of a file that is replaced. */
export interface FileRights {
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/**
 * Replaces a file, or creates it. The file is replaced at once: whoever reads it meanwhile, or after a failure, gets the old file or the new one, and
 * never a part. Only root can give a file to another user; any other process keeps it.
 *
 * @throws Error of the system if the folder cannot be written
 */
export async function replaceFile(file: string, content: string, { mode, uid, gid }: FileRights): Promise<void> {
  const draft = path.join(path.dirname(file), `.${path.basename(file)}.${randomUUID()}`);
  try {
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(content);
      if (process.getuid?.() === 0) await handle.chown(uid, gid);
      await handle.chmod(mode);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
