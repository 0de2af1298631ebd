import { randomUUID } from 'node:crypto';
import { open, rm, statfs } from 'node:fs/promises';
import path from 'node:path';

/** Bytes that the embedded database may need at once: it extends its files, and writes each change twice. */
export const LEAST_FREE = 64 * 1024 * 1024;
/** Bytes that are written to try. */
const TRIED = 64 * 1024;

/** The disk of a folder. */
export interface DiskFacts {
  /** Bytes that this user may still write. */
  readonly free: number;
  /** Why nothing can be written (such as ENOSPC); null if something was. */
  readonly refusal: string | null;
}

/** Reads how much of the disk of a folder is free, and writes a file there to try, which is removed again. Quotas and read-only disks are found so. */
export async function readDisk(folder: string): Promise<DiskFacts> {
  const { bavail, bsize } = await statfs(folder);
  const file = path.join(folder, `.try-${randomUUID()}`);
  const refusal = await tryToWrite(file).catch((error: unknown) =>
    error instanceof Error && 'code' in error ? String(error.code) : 'it failed',
  );
  await rm(file, { force: true }).catch(() => undefined);
  return { free: bavail * bsize, refusal };
}

async function tryToWrite(file: string): Promise<null> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(Buffer.alloc(TRIED, 1));
    await handle.sync();
    return null;
  } finally {
    await handle.close();
  }
}

/** Returns what is wrong with the disk, in a sentence without its end; null if nothing is. */
export function diskFault(folder: string, { free, refusal }: DiskFacts): string | null {
  if (refusal !== null)
    return `Nothing can be written to ${folder} (${refusal}), so the embedded database keeps no change`;
  return free < LEAST_FREE ? `The disk of ${folder} is nearly full, and the embedded database is on it` : null;
}
