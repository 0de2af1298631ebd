import { judgeSettings, placeOfSetting, writtenFor } from '../settings/judge-settings.js';
import { DEFAULT, placeOf, tellProblem } from '../settings/problem.js';
import { readLayers, type Settings } from '../settings/read-settings.js';
import { keyOf, type Setting } from '../settings/setting.js';
import { ROWS } from '../settings/table.js';
import { printUsage, type CommandFacts } from './command-facts.js';

export const CONFIG = {
  name: 'config check',
  options: {},
  summary: 'Checks the settings, and names file, line and key of each problem.',
  more: ['Where there is none, it prints each setting with its value, and where the value is from.'],
  examples: [{ line: 'config check', summary: 'Checks the settings before a restart.' }],
} as const satisfies CommandFacts;

const HEAD = ['setting', 'value', 'from'] as const;

/**
 * `config check`: prints each problem of the settings with its file, line and name. If there are no problems, prints each setting with its value,
 * or its default, and the place of the value. For a secret, prints `set` instead of the value.
 *
 * @param environment the variables of the process, without the settings that are written in files
 * @returns the exit code: 1 if there is a problem or the arguments are wrong, otherwise 0
 */
export function config(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  print: (line: string) => void,
): Promise<number> {
  if (args.length !== 1 || args[0] !== 'check') {
    printUsage([CONFIG], print);
    return Promise.resolve(1);
  }
  const { settings, problems, unknown } = readLayers(environment);
  const judged = judgeSettings(settings);
  const all = [...problems, ...unknown, ...('problems' in judged ? judged.problems : [])];
  for (const problem of all) print(tellProblem(problem));
  if (all.length > 0) return Promise.resolve(1);
  const rows = [HEAD, ...ROWS.map((setting) => cellsOf(setting, settings))];
  const widthOf = (column: 0 | 1): number => Math.max(...rows.map((row) => row[column].length));
  const [first, second] = [widthOf(0), widthOf(1)];
  for (const [setting, value, from] of rows) print(`${setting.padEnd(first)}  ${value.padEnd(second)}  ${from}`);
  return Promise.resolve(0);
}

function cellsOf(setting: Setting, settings: Settings): readonly [string, string, string] {
  const key = keyOf(setting.variable);
  const written = writtenFor(setting, settings);
  if (written === undefined) return [key, setting.standard === '' ? '-' : setting.standard, DEFAULT];
  const from = placeOf(placeOfSetting(setting, settings));
  // A line break in a value would begin a new row, so control characters become spaces.
  return [key, setting.isSecret ? 'set' : written.replaceAll(/\p{Cc}+/gu, ' '), from];
}
