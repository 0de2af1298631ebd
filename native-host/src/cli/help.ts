import { COMMANDS } from './commands.js';
import type { CliOption, CommandFacts, Operand } from './grammar.js';

export const PROGRAM = 'cardwright-host';

/** Lines of the overview for `help` and `--version`, which are not in `COMMANDS`. */
export const GENERAL: readonly Row[] = [
  ['help [COMMAND]', 'Explains a command, as `COMMAND --help` does.'],
  ['--version', 'Prints the version.'],
];

export const PURPOSE = `${PROGRAM} reaches smart cards and security keys for the Cardwright browser extension.`;

export const EXIT_CODES = [
  'Exit codes: 0 success, 1 a check or the command failed, 2 the command line is wrong. Where a card',
  'keeps a command and never answers, only the kill of the process frees it: then a shell sees 137.',
];

type Row = readonly [term: string, meaning: string];

/** Returns the help of the whole program. */
export function overview(): string {
  return [
    PURPOSE,
    '',
    `Usage: ${PROGRAM} COMMAND [OPTIONS]`,
    '',
    'Commands:',
    ...inColumns([...COMMANDS.map((command): Row => [termOf(command), command.summary]), ...GENERAL]),
    '',
    `\`${PROGRAM} COMMAND --help\` explains one, with its options and examples.`,
    '',
    ...EXIT_CODES,
  ].join('\n');
}

/** Returns the help of some commands. */
export const helpOf = (commands: readonly CommandFacts[]): string => commands.map(helpOfOne).join('\n\n');

function helpOfOne(command: CommandFacts): string {
  const { summary, more = [], options, examples } = command;
  return [
    `Usage: ${PROGRAM} ${usageOf(command)}`,
    '',
    summary,
    ...more,
    ...section(
      'Options:',
      Object.entries(options).map(([name, option]): Row => [optionTerm(name, option), option.summary]),
    ),
    ...section(
      'Examples:',
      examples.map(({ line, summary: meaning }): Row => [`${PROGRAM} ${line}`, meaning]),
    ),
  ].join('\n');
}

/** Returns a command with its operand and options, such as `doctor [--json | --watch]`. */
export function usageOf(command: CommandFacts): string {
  const { options, exclusive = [] } = command;
  const terms = (names: readonly string[]): string =>
    names.flatMap((name) => (options[name] ? [optionTerm(name, options[name])] : [])).join(' | ');
  const others = Object.keys(options).filter((name) => !exclusive.includes(name));
  const groups = [...(exclusive.length === 0 ? [] : [terms(exclusive)]), ...others.map((name) => terms([name]))];
  return [termOf(command), ...groups.map((group) => `[${group}]`)].join(' ');
}

/** Returns a command with its operand, such as `bundle read FILE`. */
export const termOf = ({ name, operand }: CommandFacts): string => (operand ? `${name} ${operandTerm(operand)}` : name);

export const optionTerm = (name: string, { value }: CliOption): string =>
  `--${name}${value === undefined ? '' : ` ${value}`}`;

const operandTerm = ({ name, isOptional = false }: Operand): string => (isOptional ? `[${name}]` : name);

const section = (title: string, rows: readonly Row[]): string[] =>
  rows.length === 0 ? [] : ['', title, ...inColumns(rows)];

function inColumns(rows: readonly Row[]): string[] {
  const width = Math.max(...rows.map(([term]) => term.length));
  return rows.map(([term, meaning]) => `  ${term.padEnd(width)}  ${meaning}`);
}
