import { randomUUID } from 'node:crypto';
import { access, constants, open, rm, statfs } from 'node:fs/promises';
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

/** Reads how much of the disk of a folder is free, and writes a file there to try, which is removed again. A quota is found in no other way. */
export const tryDisk = (folder: string): Promise<DiskFacts> => look(folder, tryToWrite);

/** Reads how much of the disk of a folder is free, and whether this user may write there. Writes nothing. */
export const readDisk = (folder: string): Promise<DiskFacts> => look(folder, (place) => access(place, constants.W_OK));

async function look(folder: string, judge: (folder: string) => Promise<void>): Promise<DiskFacts> {
  const { bavail, bsize } = await statfs(folder);
  const refusal = await judge(folder).then(
    () => null,
    (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : 'it failed'),
  );
  return { free: bavail * bsize, refusal };
}

async function tryToWrite(folder: string): Promise<void> {
  const file = path.join(folder, `.try-${randomUUID()}`);
  try {
    const handle = await open(file, 'wx', 0o600);
    try {
      await handle.writeFile(Buffer.alloc(TRIED, 1));
      await handle.sync();
    } finally {
      await handle.close();
    }
  } finally {
    await rm(file, { force: true }).catch(() => undefined);
  }
}

/** Returns what is wrong with the disk, in a sentence without its end; null if nothing is. */
export function diskFault(folder: string, { free, refusal }: DiskFacts): string | null {
  if (refusal !== null)
    return `Nothing can be written to ${folder} (${refusal}), so the embedded database keeps no change`;
  return free < LEAST_FREE ? `The disk of ${folder} is nearly full, and the embedded database is on it` : null;
}
