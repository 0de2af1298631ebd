import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { encryptedKeyFileIn, KEY_FILE } from './key-file.js';
import { readEnv, SETTINGS_FILE, unknownVariables } from './portal-env.js';
import { readToml, TOML_FILE } from './portal-toml.js';
import { DEFAULT, errorOf, type Place, type Problem } from './problem.js';
import { ROWS, SETTINGS } from './table.js';

/**
 * Key under which `Settings` has the places of the settings that were written in files, and of a key file that applies by default. Any other
 * setting is from the process's own environment, or has its default.
 */
export const PLACES: unique symbol = Symbol('places');

/** An environment that includes the settings that were written in files. */
export type Settings = NodeJS.ProcessEnv & { readonly [PLACES]?: ReadonlyMap<string, Place> };

/** The settings of the files and the environment together. */
export interface Layers {
  readonly settings: Settings;
  /** Problems that keep the portal from starting. */
  readonly problems: readonly Problem[];
  /** Names in `portal.env` that begin with `CARDWRIGHT_` but are no settings. These names have no effect. */
  readonly unknown: readonly Problem[];
}

const OTHERS_READ = 0o004;

/**
 * Reads the environment for the configuration. An installed portal has a folder of settings, which `CARDWRIGHT_SETTINGS` names:
 * - `portal.toml`: the settings, one key each;
 * - `portal.env`: the same settings as variables, one `NAME=value` in each line. These variables override `portal.toml`, and the process's own
 *   environment overrides both;
 * - `keys.json`: the key file, if `CARDWRIGHT_KEYS` is not set. A portal with such a folder never makes keys at its start;
 * - `keys.cred`: the same file, encrypted by `systemd-creds`, if there is no `keys.json`.
 *
 * For the service, `CARDWRIGHT_SETTINGS` names a folder with copies that systemd made of the administrator's files; for commands, the
 * administrator's folder itself. Only root can open the administrator's files.
 *
 * @param warn receives each name in `portal.env` that looks like a setting but is not
 * @throws Error if a file exists but cannot be read, if `portal.toml` is invalid, or if `portal.toml` contains a secret and everyone can read the
 *   file
 */
export function readSettings(
  environment: NodeJS.ProcessEnv,
  warn: (unknown: Problem) => void = () => undefined,
): Settings {
  const { settings, problems, unknown } = readLayers(environment);
  const [problem] = problems;
  if (problem) throw errorOf(problem);
  unknown.forEach(warn);
  return settings;
}

/**
 * Reads everything that `readSettings` reads. Returns all problems, while `readSettings` throws an Error for the first.
 *
 * @throws Error if a file exists but cannot be read
 */
export function readLayers(environment: NodeJS.ProcessEnv): Layers {
  const folder = environment.CARDWRIGHT_SETTINGS;
  if (!folder) return { settings: environment, problems: [], unknown: [] };
  const toml = readToml(readFile(path.join(folder, TOML_FILE)));
  const env = readEnv(readFile(path.join(folder, SETTINGS_FILE)));
  const merged: NodeJS.ProcessEnv = { ...toml.values, ...env.values, ...environment };
  const places = new Map([...toml.places, ...env.places].filter(([name]) => environment[name] === undefined));
  const name = SETTINGS.keys.variable;
  // Without this default, a portal whose folder has no key file would start with new keys.
  if ((merged[name] ?? '').trim() === '') {
    merged[name] = usualKeyFile(folder);
    places.set(name, { file: DEFAULT, name });
  }
  return {
    settings: { ...merged, [PLACES]: places },
    problems: [...toml.problems, ...openSecrets(path.join(folder, TOML_FILE), toml.places)],
    unknown: unknownVariables(env, merged),
  };
}

/** Returns the path of the key file in a folder: the encrypted one if there is no other. */
function usualKeyFile(folder: string): string {
  const [plain, encrypted] = [path.join(folder, KEY_FILE), encryptedKeyFileIn(folder)];
  return !existsSync(plain) && existsSync(encrypted) ? encrypted : plain;
}

/** Returns a problem for each secret in `portal.toml`, if everyone on this computer can read this file. */
function openSecrets(file: string, places: ReadonlyMap<string, Place>): readonly Problem[] {
  const secrets = secretsIn(places);
  if (secrets.length === 0 || (statSync(file).mode & OTHERS_READ) === 0) return [];
  return secrets.map((place) => ({
    place,
    what: `a secret may stand only in a file that others cannot read: chmod 600 ${file}`,
  }));
}

/** Returns the places of secrets among the given places. */
export const secretsIn = (places: ReadonlyMap<string, Place>): readonly Place[] =>
  ROWS.flatMap(({ variable, isSecret }) => {
    const place = places.get(variable);
    return isSecret && place ? [place] : [];
  });

function readFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') return '';
    const advice = code === 'EACCES' ? '; run this as root' : '';
    throw new Error(`${file} cannot be read${advice}`, { cause: error });
  }
}
