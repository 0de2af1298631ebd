import { PRODUCT_VERSION } from '@cardwright/protocol/identity';
import { COMMANDS } from './commands.js';
import type { CommandFacts } from './grammar.js';
import { EXIT_CODES, GENERAL, optionTerm, PROGRAM, PURPOSE, usageOf } from './help.js';

/** Writes the manual page of the program, cardwright-host(1), in the macros of man(7). It says the same as `--help`. */
export const manPage = (): string =>
  [
    `.TH ${PROGRAM.toUpperCase()} 1 "" "Cardwright ${PRODUCT_VERSION}" "User Commands"`,
    '.SH NAME',
    `${plain(PROGRAM)} \\- ${plain(PURPOSE.replace(`${PROGRAM} `, '').replace(/\.$/, ''))}`,
    '.SH SYNOPSIS',
    `.B ${plain(PROGRAM)}`,
    plain('COMMAND [OPTIONS]'),
    '.SH COMMANDS',
    ...COMMANDS.flatMap(describe),
    ...GENERAL.flatMap(([term, meaning]) => item(term, [meaning])),
    '.SH EXAMPLES',
    ...COMMANDS.flatMap(({ examples }) => examples).flatMap(({ line, summary }) =>
      item(`${PROGRAM} ${line}`, [summary]),
    ),
    '.SH EXIT STATUS',
    ...EXIT_CODES.map(plain),
    '',
  ].join('\n');

/** Describes a command. Its options are indented below it. */
function describe(command: CommandFacts): string[] {
  const { summary, more = [], options } = command;
  const indented = Object.entries(options).flatMap(([name, option]) =>
    item(optionTerm(name, option), [option.summary]),
  );
  return [...item(usageOf(command), [summary, ...more]), ...(indented.length === 0 ? [] : ['.RS', ...indented, '.RE'])];
}

const item = (term: string, sentences: readonly string[]): string[] => [
  '.TP',
  `.B ${plain(term).replaceAll('"', '\\(dq')}`,
  ...sentences.map(plain),
];

/** Escapes what roff would read as its own: backslashes, hyphens, and a full stop or apostrophe that begins a line (groff(7)). */
const plain = (text: string): string =>
  text
    .replaceAll('\\', '\\(rs')
    .replaceAll('-', '\\-')
    .replace(/^[.']/, (mark) => `\\&${mark}`);
