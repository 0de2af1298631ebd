import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { nearestName } from './nearest-name.js';
import type { Place, Problem } from './problem.js';
import { ROWS, SETTINGS } from './table.js';

export const SETTINGS_FILE = 'portal.env';

/** Variables that are no settings: the folder of the settings, and the user of the service. */
const OF_THE_PROCESS = ['CARDWRIGHT_SETTINGS', 'CARDWRIGHT_USER'];

/** The content of `portal.env`. */
export interface WrittenVariables {
  /**
   * All variables of the file, including variables that are no settings of the portal: a database driver may read them, and passkey services may
   * keep secrets in them.
   */
  readonly values: NodeJS.ProcessEnv;
  readonly places: ReadonlyMap<string, Place>;
}

/** Reads `portal.env`: one `NAME=value` in each line, in the syntax that Node.js has for such files (`parseEnv`). */
export function readEnv(source: string): WrittenVariables {
  const values = parseEnv(source);
  const places = Object.keys(values).map((name): [string, Place] => [
    name,
    { file: SETTINGS_FILE, line: lineOf(name, source), name },
  ]);
  return { values, places: new Map(places) };
}

/**
 * Finds variables of the file that begin with `CARDWRIGHT_` but are no settings.
 *
 * @param environment the merged variables of all files and the process
 */
export function unknownVariables({ places }: WrittenVariables, environment: NodeJS.ProcessEnv): readonly Problem[] {
  const variables = ROWS.map(({ variable }) => variable);
  const known = [...variables, ...OF_THE_PROCESS];
  const services = servicesIn(environment);
  return [...places.values()].flatMap((place): Problem[] => {
    const { name } = place;
    // Passkey services may keep their secrets in variables.
    if (!name.startsWith('CARDWRIGHT_') || known.includes(name) || services.includes(`"${name}"`)) return [];
    const nearest = nearestName(name, variables);
    const advice = nearest === undefined ? '' : `; did you mean ${nearest}?`;
    return [{ place, what: `there is no such setting${advice}` }];
  });
}

/**
 * Returns the settings of passkey services as JSON. Returns an empty text if there are no such settings, or if their file cannot be read, which
 * is reported elsewhere.
 */
function servicesIn(environment: NodeJS.ProcessEnv): string {
  const written = environment[SETTINGS.passkeyServices.variable]?.trim() ?? '';
  if (written === '' || written.startsWith('[')) return written;
  try {
    return readFileSync(written, 'utf8');
  } catch {
    return '';
  }
}

/** Returns the number of the line that sets a variable, the last such line if there are several. Returns undefined if no line sets the variable. */
function lineOf(name: string, source: string): number | undefined {
  const index = source.split('\n').findLastIndex((line) => /^\s*(?:export\s+)?([^=]*?)\s*=/.exec(line)?.[1] === name);
  return index === -1 ? undefined : index + 1;
}
