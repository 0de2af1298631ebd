import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { KEY_FILE } from './key-file.js';
import { readEnv, SETTINGS_FILE, unknownVariables } from './portal-env.js';
import { readToml, TOML_FILE } from './portal-toml.js';
import { DEFAULT, errorOf, type Place, type Problem } from './problem.js';
import { ROWS, SETTINGS } from './table.js';

/** Where the values of settings were written; those that are not in it are from the process's own environment. */
export const PLACES: unique symbol = Symbol('places');

/** An environment, with the settings of the files in it. */
export type Settings = NodeJS.ProcessEnv & { readonly [PLACES]?: ReadonlyMap<string, Place> };

/** What the files of settings and the environment say together. */
export interface Layers {
  readonly settings: Settings;
  /** With these the portal does not start. */
  readonly problems: readonly Problem[];
  /** These were always left out: names in `portal.env` that are no settings. */
  readonly unknown: readonly Problem[];
}

const OTHERS_READ = 0o004;

/**
 * The environment that the configuration is read from. An installed portal has a folder of settings, which `CARDWRIGHT_SETTINGS` names:
 * - `portal.toml`: the settings, a key each;
 * - `portal.env`: the same as variables, one `NAME=value` a line. They come before `portal.toml`, and the process's own environment
 *   before both;
 * - `keys.json`: the key file, unless a setting names another. With such a folder no keys are ever made by starting.
 *
 * The service reads the copies that systemd made for it, and commands read the folder itself: so there is one reader, and only root can
 * open what the administrator wrote.
 *
 * @param warn hears of each name in `portal.env` that is no setting
 * @throws Error where a file is there and cannot be read, and where `portal.toml` says what it cannot
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

/** Everything that `readSettings` reads, and all that is wrong with it. */
export function readLayers(environment: NodeJS.ProcessEnv): Layers {
  const folder = environment.CARDWRIGHT_SETTINGS;
  if (!folder) return { settings: environment, problems: [], unknown: [] };
  const toml = readToml(readFile(path.join(folder, TOML_FILE)));
  const env = readEnv(readFile(path.join(folder, SETTINGS_FILE)));
  const merged: NodeJS.ProcessEnv = { ...toml.values, ...env.values, ...environment };
  const places = new Map([...toml.places, ...env.places].filter(([name]) => environment[name] === undefined));
  const name = SETTINGS.keys.variable;
  // An empty one must not mean a portal with new keys.
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

/** The secrets in a file that everyone on this computer can read. */
function openSecrets(file: string, places: ReadonlyMap<string, Place>): readonly Problem[] {
  const secrets = secretsIn(places);
  if (secrets.length === 0 || (statSync(file).mode & OTHERS_READ) === 0) return [];
  return secrets.map((place) => ({
    place,
    what: `a secret may stand only in a file that others cannot read: chmod 600 ${file}`,
  }));
}

/** Where secrets stand among those places. */
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
