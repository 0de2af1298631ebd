import { readFileSync } from 'node:fs';
import path from 'node:path';
import { decryptCredential } from './encrypted-credential.js';
import { Unfit } from './setting.js';

export const KEY_FILE = 'keys.json';

/** The key file as `systemd-creds encrypt --name=keys.json` encrypts it. */
export const ENCRYPTED_KEY_FILE = 'keys.cred';

/** Returns the path that `CARDWRIGHT_KEYS` names; null if the variable contains the keys themselves, or is not set. */
export function keyFileOf({ CARDWRIGHT_KEYS: value }: NodeJS.ProcessEnv): string | null {
  return !value || value.trimStart().startsWith('{') ? null : value;
}

/** Returns the path of the encrypted key file in a folder of settings. */
export const encryptedKeyFileIn = (folder: string): string => path.join(folder, ENCRYPTED_KEY_FILE);

/**
 * Returns the keys as JSON, given the value of `CARDWRIGHT_KEYS`: the keys themselves, or the path of their file. The encrypted key file in the
 * folder of settings is decrypted in memory, as systemd decrypts it for the service.
 *
 * @throws Unfit if there is no such file, it cannot be read, or it cannot be decrypted
 */
export function readKeys(written: string, environment: NodeJS.ProcessEnv): string {
  const { CARDWRIGHT_SETTINGS: folder } = environment;
  const file = keyFileOf({ CARDWRIGHT_KEYS: written });
  if (file === null) return written;
  if (folder && file === encryptedKeyFileIn(folder)) return decryptCredential(file, KEY_FILE, environment);
  // The error quotes only the usual path. Any other value may be a key that was written instead of a path.
  const usual = folder && file === path.join(folder, KEY_FILE) ? file : undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT')
      throw new Unfit(
        `there is no ${usual ?? 'file of that name'}. A portal that has devices needs its own from a backup`,
      );
    throw new Unfit(`${usual ?? 'the file of that name'} cannot be read (${String(code)})`);
  }
}
