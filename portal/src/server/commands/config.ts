import { judgeSettings, placeOfSetting, writtenFor } from '../settings/judge-settings.js';
import { DEFAULT, placeOf, tellProblem } from '../settings/problem.js';
import { readLayers, type Settings } from '../settings/read-settings.js';
import { keyOf, type Setting } from '../settings/setting.js';
import { ROWS } from '../settings/table.js';
import { printUsage, type CommandFacts } from './command-facts.js';
import { wrapped } from './wrapped.js';

export const CONFIG = {
  name: 'config check',
  options: {},
  summary: 'Checks the settings, and names file, line and key of each problem.',
  more: ['Where there is none, it prints each setting with its value, and where the value is from.'],
  examples: [{ line: 'config check', summary: 'Checks the settings before a restart.' }],
} as const satisfies CommandFacts;

const HEAD = ['setting', 'value', 'from'] as const;
/** Characters of a line where the output is no terminal. */
const PIPED = 80;
/** Fewest characters of the column of values. */
const NARROWEST = 20;
const GAP = 2;

/**
 * `config check`: prints each problem of the settings with its file, line and name. If there are no problems, prints each setting with its value,
 * or its default, and the place of the value. For a secret, prints `set` instead of the value.
 *
 * @param environment the variables of the process, without the settings that are written in files
 * @param width characters of a line: those of the terminal
 * @returns the exit code: 1 if there is a problem or the arguments are wrong, otherwise 0
 */
export function config(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  print: (line: string) => void,
  width = process.stdout.isTTY ? process.stdout.columns : PIPED,
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
  for (const line of inColumns(rows, width)) print(line);
  return Promise.resolve(0);
}

/**
 * Lays rows out in columns. A value that does not fit continues in the lines below it, and a long place of a value stands alone in the line after it, so that
 * no line is longer than the terminal.
 */
function inColumns(rows: readonly (readonly [string, string, string])[], width: number): readonly string[] {
  const widthOf = (column: 0 | 1 | 2): number => Math.max(...rows.map((row) => row[column].length));
  const first = widthOf(0);
  const left = width - first - GAP;
  const third = Math.min(widthOf(2), Math.max(0, left - NARROWEST - GAP));
  const second = Math.min(widthOf(1), Math.max(NARROWEST, left - third - GAP));
  return rows.flatMap(([setting, value, from]) => {
    const [line = '', ...more] = wrapped(value, second);
    const isBeside = from.length <= third;
    const indented = (text: string): string => ' '.repeat(first + GAP) + text;
    return [
      `${setting.padEnd(first + GAP)}${isBeside ? `${line.padEnd(second + GAP)}${from}` : line}`,
      ...more.map(indented),
      ...(isBeside ? [] : wrapped(from, Math.max(NARROWEST, left)).map(indented)),
    ];
  });
}

function cellsOf(setting: Setting, settings: Settings): readonly [string, string, string] {
  const key = keyOf(setting.variable);
  const written = writtenFor(setting, settings);
  if (written === undefined) return [key, setting.standard === '' ? '-' : setting.standard, DEFAULT];
  const from = placeOf(placeOfSetting(setting, settings));
  // A line break in a value would begin a new row, so control characters become spaces.
  return [key, setting.isSecret ? 'set' : written.replaceAll(/\p{Cc}+/gu, ' '), from];
}
