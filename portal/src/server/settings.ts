import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';

export const SETTINGS_FILE = 'portal.env';
const KEY_FILE = 'keys.json';

/**
 * The environment that the configuration is read from. An installed portal has a folder of settings, which `CARDWRIGHT_SETTINGS` names:
 * - `portal.env`: the variables of `readConfiguration`, one `NAME=value` a line, as Node.js reads such a file; the process's own
 *   environment comes first;
 * - `keys.json`: the key file, unless `CARDWRIGHT_KEYS` names another. With such a folder no keys are ever made by starting.
 *
 * The service reads the copies that systemd made for it, and commands read the folder itself: so there is one reader, and only root can
 * open what the administrator wrote.
 *
 * @throws Error where `portal.env` is there and cannot be read
 */
export function readSettings(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const folder = environment.CARDWRIGHT_SETTINGS;
  if (!folder) return environment;
  const settings = { ...readFile(path.join(folder, SETTINGS_FILE)), ...environment };
  const { CARDWRIGHT_KEYS: keys = '' } = settings;
  // An empty one must not mean a portal with new keys.
  return { ...settings, CARDWRIGHT_KEYS: keys.trim() === '' ? path.join(folder, KEY_FILE) : keys };
}

function readFile(file: string): NodeJS.ProcessEnv {
  try {
    return parseEnv(readFileSync(file, 'utf8'));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') return {};
    const advice = code === 'EACCES' ? '; run this as root' : '';
    throw new Error(`${file} cannot be read${advice}`, { cause: error });
  }
}
