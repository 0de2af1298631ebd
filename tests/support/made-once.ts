import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { KEEPER } from '../../stage/src/shared/keeper-address.js';

/** How often someone who waits looks. */
const PAUSE_MS = 50;
/** Name of the file of {@link madeOnce} in its folder. */
const FILE = 'made';

/**
 * Returns what the first file of a run has made under a name: something that takes time to make, and that may be the same for all files
 * and workers. The run keeps it beside the keeper's socket. Whoever asks while another worker makes it waits for that worker.
 */
export function madeOnce(name: string, make: () => Promise<Buffer>): Promise<Buffer> {
  return withFolderMadeOnce(
    name,
    async (folder) => writeFileSync(path.join(folder, FILE), await make()),
    (folder) => readFileSync(path.join(folder, FILE)),
  );
}

/** {@link madeOnce} for something that is made without waiting. Two workers may both make it; both get the same. */
export function madeOnceSync(name: string, make: () => Buffer): Buffer {
  const run = folderOfRun();
  if (run === undefined) return make();
  const kept = path.join(run, name);
  if (!existsSync(kept)) {
    const draft = newDraft(run);
    writeFileSync(path.join(draft, FILE), make());
    keep(draft, kept);
  }
  return readFileSync(path.join(kept, FILE));
}

/**
 * {@link madeOnce} for files: `make` writes them into an empty folder, and `use` reads them there. Where no keeper runs, the folder is removed
 * then.
 */
export async function withFolderMadeOnce<Result>(
  name: string,
  make: (folder: string) => Promise<void>,
  use: (folder: string) => Result,
): Promise<Result> {
  const run = folderOfRun();
  if (run === undefined) {
    const folder = newDraft(tmpdir());
    try {
      await make(folder);
      return use(folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
  const kept = path.join(run, name);
  while (!existsSync(kept)) {
    const release = claim(kept);
    if (release === null) await sleep(PAUSE_MS);
    else
      try {
        // It may have been made between the two looks.
        if (existsSync(kept)) break;
        const draft = newDraft(run);
        await make(draft);
        keep(draft, kept);
      } finally {
        release();
      }
  }
  return use(kept);
}

/** Where no keeper runs, nothing is kept. */
function folderOfRun(): string | undefined {
  const keeper = process.env[KEEPER];
  if (keeper === undefined) return undefined;
  const folder = path.join(path.dirname(keeper), 'made-once');
  mkdirSync(folder, { recursive: true });
  return folder;
}

const newDraft = (parent: string): string => mkdtempSync(path.join(parent, 'draft-'));

/** Keeps a draft for others: its folder appears with its whole content. The draft of a slower worker is removed. */
function keep(draft: string, kept: string): void {
  try {
    renameSync(draft, kept);
  } catch (error) {
    if (!existsSync(kept)) throw error;
    rmSync(draft, { recursive: true });
  }
}

/**
 * Lets this worker alone make something, until it calls what is returned. Returns null while another one makes it. The claim of a worker
 * that has ended is void.
 */
function claim(kept: string): (() => void) | null {
  const file = `${kept}.maker`;
  try {
    // A link that leads nowhere appears together with the number in it; a file would first be empty.
    symlinkSync(String(process.pid), file);
    return () => rmSync(file);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
    if (hasEnded(file)) rmSync(file, { force: true });
    return null;
  }
}

/** True if the process whose number a claim has has ended. */
function hasEnded(file: string): boolean {
  try {
    process.kill(Number(readlinkSync(file)), 0);
    return false;
  } catch (error) {
    return hasCode(error, 'ESRCH');
  }
}

const hasCode = (error: unknown, code: string): boolean => (error as NodeJS.ErrnoException).code === code;
