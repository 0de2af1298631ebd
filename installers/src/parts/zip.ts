import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import path from 'node:path';

const READABLE = 0o644;
/** Earliest time that the format can hold. */
const FIRST_TIME = Date.UTC(1980, 0, 1) / 1000;

export interface ZipContent {
  /** Its files are put in under the paths that they have in it; folders get no entries. */
  readonly folder: string;
  /** An empty folder in which the files are prepared. */
  readonly scratch: string;
  /** Time of every file, in seconds since 1970; the format keeps even ones. */
  readonly epoch: number;
}

/**
 * Writes a zip whose bytes depend on names and contents alone: sorted, one time, one mode, no extra fields. Info-ZIP
 * compresses with code of its own, so the version of Node.js changes nothing.
 *
 * @param file where it is put; one that is there is replaced
 */
export function writeZip(file: string, { folder, scratch, epoch }: ZipContent): void {
  cpSync(folder, scratch, { recursive: true });
  const names = filesIn(scratch);
  const time = Math.max(epoch, FIRST_TIME);
  for (const name of names) {
    chmodSync(path.join(scratch, name), READABLE);
    utimesSync(path.join(scratch, name), time, time);
  }
  rmSync(file, { force: true });
  // The format keeps local time. ZIPOPT would add options.
  const env = { PATH: process.env.PATH, TZ: 'UTC', LC_ALL: 'C' };
  execFileSync('zip', ['-q', '-9', '-X', path.resolve(file), '-@'], { cwd: scratch, env, input: names.join('\n') });
}

/** In the order of their bytes, whatever the language of the computer is. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}
