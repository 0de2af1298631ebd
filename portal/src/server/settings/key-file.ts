import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { refer, Unfit } from './setting.js';

export const KEY_FILE = 'keys.json';

/** Returns the path of the key file; null if the keys are in the environment itself, or in the data folder. */
export function keyFileOf({ CARDWRIGHT_KEYS: value }: NodeJS.ProcessEnv): string | null {
  return !value || value.trimStart().startsWith('{') ? null : value;
}

/** Returns the keys as JSON, given the value of `CARDWRIGHT_KEYS`. */
export function readKeys(written: string, { CARDWRIGHT_SETTINGS: folder }: NodeJS.ProcessEnv): string {
  const file = keyFileOf({ CARDWRIGHT_KEYS: written });
  if (file === null) return written;
  // The error quotes no other value, because it may be a key instead of a path.
  const which = folder && file === path.join(folder, KEY_FILE) ? file : 'file of that name';
  if (!existsSync(file)) throw new Unfit(`there is no ${which}. A portal that has devices needs its own from a backup`);
  return refer(() => readFileSync(file, 'utf8'));
}
