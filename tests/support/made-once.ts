import { existsSync, linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { KEEPER } from '../../stage/src/shared/keeper-address.js';

/**
 * Returns what the first file of a run has made under a name: something that takes time to make, and that may be the same for all files
 * and workers. The run keeps it beside the keeper's socket.
 */
export async function madeOnce(name: string, make: () => Promise<Buffer>): Promise<Buffer> {
  return madeEarlier(name) ?? keep(name, await make());
}

/** {@link madeOnce} for something that is made without waiting. */
export function madeOnceSync(name: string, make: () => Buffer): Buffer {
  return madeEarlier(name) ?? keep(name, make());
}

/** Where no keeper runs, nothing is kept. */
function folderOfRun(): string | undefined {
  const keeper = process.env[KEEPER];
  return keeper === undefined ? undefined : path.join(path.dirname(keeper), 'made-once');
}

function madeEarlier(name: string): Buffer | undefined {
  const folder = folderOfRun();
  const file = path.join(folder ?? '', name);
  return folder !== undefined && existsSync(file) ? readFileSync(file) : undefined;
}

/** Keeps something for others. Where another worker was faster, that worker's is returned. */
function keep(name: string, made: Buffer): Buffer {
  const folder = folderOfRun();
  if (folder === undefined) return made;
  mkdirSync(folder, { recursive: true });
  const draft = mkdtempSync(path.join(folder, 'draft-'));
  try {
    writeFileSync(path.join(draft, name), made, { mode: 0o600 });
    // A link appears with its whole content.
    linkSync(path.join(draft, name), path.join(folder, name));
    return made;
  } catch (error) {
    const faster = madeEarlier(name);
    if (faster === undefined) throw error;
    return faster;
  } finally {
    rmSync(draft, { recursive: true });
  }
}
