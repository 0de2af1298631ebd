import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { KEY_FILE } from './key-file.js';
import { readEnv, SETTINGS_FILE, unknownVariables } from './portal-env.js';
import { readToml, TOML_FILE } from './portal-toml.js';
import { DEFAULT, errorOf, type Place, type Problem } from './problem.js';
import { ROWS, SETTINGS } from './table.js';

/** The places of settings that were written in files. A setting without a place is from the process's own environment. */
export const PLACES: unique symbol = Symbol('places');

/** An environment that includes the settings of the files. */
export type Settings = NodeJS.ProcessEnv & { readonly [PLACES]?: ReadonlyMap<string, Place> };

/** The settings of the files and the environment together. */
export interface Layers {
  readonly settings: Settings;
  /** Problems that keep the portal from starting. */
  readonly problems: readonly Problem[];
  /** Names in `portal.env` that are not settings. These have no effect. */
  readonly unknown: readonly Problem[];
}

const OTHERS_READ = 0o004;

/**
 * Reads the environment for the configuration. An installed portal has a folder of settings, which `CARDWRIGHT_SETTINGS` names:
 * - `portal.toml`: the settings, one key each;
 * - `portal.env`: the same settings as variables, one `NAME=value` in each line. They override `portal.toml`, and the process's own
 *   environment overrides both;
 * - `keys.json`: the key file, unless a setting names another. A portal with such a folder never makes keys at its start.
 *
 * The service reads the copies that systemd made for it, and commands read the folder itself. Both use this function, and only root
 * can open the administrator's files.
 *
 * @param warn receives each name in `portal.env` that is not a setting
 * @throws Error if a file exists but cannot be read, or if `portal.toml` is invalid
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

/** Reads everything that `readSettings` reads, with all problems. */
export function readLayers(environment: NodeJS.ProcessEnv): Layers {
  const folder = environment.CARDWRIGHT_SETTINGS;
  if (!folder) return { settings: environment, problems: [], unknown: [] };
  const toml = readToml(readFile(path.join(folder, TOML_FILE)));
  const env = readEnv(readFile(path.join(folder, SETTINGS_FILE)));
  const merged: NodeJS.ProcessEnv = { ...toml.values, ...env.values, ...environment };
  const places = new Map([...toml.places, ...env.places].filter(([name]) => environment[name] === undefined));
  const name = SETTINGS.keys.variable;
  // An empty key file must not start a portal with new keys.
  if ((merged[name] ?? '').trim() === '') {
    merged[name] = path.join(folder, KEY_FILE);
    places.set(name, { file: DEFAULT, name });
  }
  return {
    settings: { ...merged, [PLACES]: places },
    problems: [...toml.problems, ...openSecrets(path.join(folder, TOML_FILE), toml.places)],
    unknown: unknownVariables(env, merged),
  };
}

/** Finds secrets in a file that everyone on this computer can read. */
function openSecrets(file: string, places: ReadonlyMap<string, Place>): readonly Problem[] {
  const secrets = secretsIn(places);
  if (secrets.length === 0 || (statSync(file).mode & OTHERS_READ) === 0) return [];
  return secrets.map((place) => ({
    place,
    what: `a secret may stand only in a file that others cannot read: chmod 600 ${file}`,
  }));
}

/** Returns those places that are of secrets. */
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
