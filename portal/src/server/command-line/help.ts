import { optionTerm, termOf, usageOf, type CommandFacts } from '../commands/command-facts.js';

type Row = readonly [term: string, meaning: string];

export const PROGRAM = 'cardwright-portal';

export const PURPOSE = `${PROGRAM} is the portal where people add their smart cards and security keys, and where operators manage them.`;

/** Lines of the overview that are no commands. */
export const GENERAL: readonly Row[] = [
  ['help [COMMAND]', 'Explains a command, as `COMMAND --help` does.'],
  ['--version', 'Prints the version.'],
];

export const EXIT_CODES = ['Exit codes: 0 success, 1 a check or the command failed, or its arguments are wrong.'];

/** Returns the help of the whole program. */
export const overview = (commands: readonly CommandFacts[]): string =>
  [
    PURPOSE,
    '',
    `Usage: ${PROGRAM} COMMAND [OPTIONS]`,
    '',
    'Commands:',
    ...inColumns([...commands.map((facts): Row => [termOf(facts), facts.summary]), ...GENERAL]),
    '',
    `\`${PROGRAM} COMMAND --help\` explains one, with its options and examples.`,
    '',
    ...EXIT_CODES,
  ].join('\n');

/** Returns the help of some commands. */
export const helpOf = (commands: readonly CommandFacts[]): string => commands.map(helpOfOne).join('\n\n');

const helpOfOne = (facts: CommandFacts): string =>
  [
    `Usage: ${PROGRAM} ${usageOf(facts)}`,
    '',
    facts.summary,
    ...(facts.more ?? []),
    ...section('Options:', optionRows(facts)),
    ...section('Examples:', exampleRows(facts)),
  ].join('\n');

/** Returns each option of a command with its meaning. */
export const optionRows = ({ options }: CommandFacts): Row[] =>
  Object.entries(options).map(([name, option]): Row => [optionTerm(name, option), option.summary]);

/** Returns each example of a command, with the program's name, and its meaning. */
export const exampleRows = ({ examples }: CommandFacts): Row[] =>
  examples.map(({ line, summary }): Row => [`${PROGRAM} ${line}`, summary]);

const section = (title: string, rows: readonly Row[]): string[] =>
  rows.length === 0 ? [] : ['', title, ...inColumns(rows)];

function inColumns(rows: readonly Row[]): string[] {
  const width = Math.max(...rows.map(([term]) => term.length));
  return rows.map(([term, meaning]) => `  ${term.padEnd(width)}  ${meaning}`);
}
