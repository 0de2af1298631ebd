import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { refer, Unfit } from './setting.js';

export const KEY_FILE = 'keys.json';

/** Returns the path that `CARDWRIGHT_KEYS` names; null if it contains the keys themselves, or is not set. */
export function keyFileOf({ CARDWRIGHT_KEYS: value }: NodeJS.ProcessEnv): string | null {
  return !value || value.trimStart().startsWith('{') ? null : value;
}

/**
 * Returns the keys as JSON, given the value of `CARDWRIGHT_KEYS`: the keys themselves, or the path of their file.
 *
 * @throws Unfit if there is no such file, or it cannot be read
 */
export function readKeys(written: string, { CARDWRIGHT_SETTINGS: folder }: NodeJS.ProcessEnv): string {
  const file = keyFileOf({ CARDWRIGHT_KEYS: written });
  if (file === null) return written;
  // The error quotes only the usual path. Any other value may be a key that was written instead of a path.
  const which = folder && file === path.join(folder, KEY_FILE) ? file : 'file of that name';
  if (!existsSync(file)) throw new Unfit(`there is no ${which}. A portal that has devices needs its own from a backup`);
  return refer(() => readFileSync(file, 'utf8'));
}
