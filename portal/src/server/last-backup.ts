import { mkdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** File in the data folder whose time is that of the last backup made on this computer. */
const FILE = 'last-backup';
const SECOND = 1000;

/** Notes that a backup has been made. */
export async function noteBackup(dataFolder: string): Promise<void> {
  await mkdir(dataFolder, { recursive: true, mode: 0o700 });
  await writeFile(path.join(dataFolder, FILE), '');
}

/** Returns how many seconds ago the last backup was made; null if none was. */
export async function backupAge(dataFolder: string): Promise<number | null> {
  const { mtimeMs } = (await stat(path.join(dataFolder, FILE)).catch(() => null)) ?? {};
  return mtimeMs === undefined ? null : (Date.now() - mtimeMs) / SECOND;
}
