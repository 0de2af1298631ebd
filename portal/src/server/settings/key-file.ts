import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { refer, Unfit } from './setting.js';

export const KEY_FILE = 'keys.json';

/** Where the keys are read from: a path; null where they are in the environment themselves, or in the data folder. */
export function keyFileOf({ CARDWRIGHT_KEYS: value }: NodeJS.ProcessEnv): string | null {
  return !value || value.trimStart().startsWith('{') ? null : value;
}

/** The keys as JSON, from what `CARDWRIGHT_KEYS` says. */
export function readKeys(written: string, { CARDWRIGHT_SETTINGS: folder }: NodeJS.ProcessEnv): string {
  const file = keyFileOf({ CARDWRIGHT_KEYS: written });
  if (file === null) return written;
  // Another may be no path, but a key that someone put there.
  const which = folder && file === path.join(folder, KEY_FILE) ? file : 'file of that name';
  if (!existsSync(file)) throw new Unfit(`there is no ${which}. A portal that has devices needs its own from a backup`);
  return refer(() => readFileSync(file, 'utf8'));
}
