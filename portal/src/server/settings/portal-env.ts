import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { nearestName } from './nearest-name.js';
import type { Place, Problem } from './problem.js';
import { ROWS, SETTINGS } from './table.js';

export const SETTINGS_FILE = 'portal.env';

/** Names of the process itself: where the settings are, and who serves. */
const OF_THE_PROCESS = ['CARDWRIGHT_SETTINGS', 'CARDWRIGHT_USER'];

/** What `portal.env` says. */
export interface WrittenVariables {
  /** All its variables, those of others too: a driver may read them, and settings of passkey services name some. */
  readonly values: NodeJS.ProcessEnv;
  readonly places: ReadonlyMap<string, Place>;
}

/** Reads `portal.env`: one `NAME=value` a line, as Node.js reads such a file. */
export function readEnv(source: string): WrittenVariables {
  const values = parseEnv(source);
  const places = Object.keys(values).map((name): [string, Place] => [
    name,
    { file: SETTINGS_FILE, line: lineOf(name, source), name },
  ]);
  return { values, places: new Map(places) };
}

/**
 * Variables of the file that look like settings and are none.
 *
 * @param environment what all files and the process say together
 */
export function unknownVariables({ places }: WrittenVariables, environment: NodeJS.ProcessEnv): readonly Problem[] {
  const variables = ROWS.map(({ variable }) => variable);
  const known = [...variables, ...OF_THE_PROCESS];
  const services = servicesIn(environment);
  return [...places.values()].flatMap((place): Problem[] => {
    const { name } = place;
    // Services may have their secrets in variables.
    if (!name.startsWith('CARDWRIGHT_') || known.includes(name) || services.includes(`"${name}"`)) return [];
    const nearest = nearestName(name, variables);
    const advice = nearest === undefined ? '' : `; did you mean ${nearest}?`;
    return [{ place, what: `there is no such setting${advice}` }];
  });
}

/** The settings of passkey services as JSON. What is wrong with them is told elsewhere. */
function servicesIn(environment: NodeJS.ProcessEnv): string {
  const written = environment[SETTINGS.passkeyServices.variable]?.trim() ?? '';
  if (written === '' || written.startsWith('[')) return written;
  try {
    return readFileSync(written, 'utf8');
  } catch {
    return '';
  }
}

/** The last line that sets it is the one that counts. */
function lineOf(name: string, source: string): number | undefined {
  const index = source.split('\n').findLastIndex((line) => /^\s*(?:export\s+)?([^=]*?)\s*=/.exec(line)?.[1] === name);
  return index === -1 ? undefined : index + 1;
}
