/** A term, and its meaning as a sentence. */
type Row = readonly [term: string, meaning: string];

export interface ManualCommand {
  /** The command with its operands and options, without the program's name. */
  readonly usage: string;
  readonly sentences: readonly string[];
  readonly options: readonly Row[];
}

/** The facts of a program that its manual page shows. The help of the program shows the same. */
export interface Manual {
  readonly program: string;
  /** Section of the manual: 1 for programs of all users, 8 for those of administrators. */
  readonly section: 1 | 8;
  /** Product and version. */
  readonly source: string;
  /** The purpose of the program, as a phrase that follows its name, without a full stop. */
  readonly purpose: string;
  readonly commands: readonly ManualCommand[];
  /** Command lines such as `--version` that are no commands. */
  readonly general: readonly Row[];
  /** Files that the program reads or writes. */
  readonly files: readonly Row[];
  /** Command lines with the program's name. */
  readonly examples: readonly Row[];
  readonly exitStatus: readonly string[];
}

/**
 * Writes the manual page of a program in the macros of man(7).
 */
export function manualPage({
  program,
  section,
  source,
  purpose,
  commands,
  general,
  files,
  examples,
  exitStatus,
}: Manual): string {
  return [
    `.TH ${program.toUpperCase()} ${section} "" "${source}" "${TITLES[section]}"`,
    '.SH NAME',
    `${plain(program)} \\- ${plain(purpose)}`,
    '.SH SYNOPSIS',
    `.B ${plain(program)}`,
    plain('COMMAND [OPTIONS]'),
    '.SH COMMANDS',
    ...commands.flatMap(describe),
    ...items(general),
    ...(files.length === 0 ? [] : ['.SH FILES', ...items(files)]),
    '.SH EXAMPLES',
    ...items(examples),
    '.SH EXIT STATUS',
    ...exitStatus.map(plain),
    '',
  ].join('\n');
}

/** Names of the sections of the manual (man-pages(7)). */
const TITLES = { 1: 'User Commands', 8: 'System Management Commands' };

/**
 * Describes a command. Its options are indented below it.
 */
function describe({ usage, sentences, options }: ManualCommand): string[] {
  return [...item(usage, sentences), ...(options.length === 0 ? [] : ['.RS', ...items(options), '.RE'])];
}

const items = (rows: readonly Row[]): string[] => rows.flatMap(([term, meaning]) => item(term, [meaning]));

const item = (term: string, sentences: readonly string[]): string[] => [
  '.TP',
  `.B ${plain(term).replaceAll('"', '\\(dq')}`,
  ...sentences.map(plain),
];

/**
 * Escapes what roff would read as its own: backslashes, hyphens, and a full stop or apostrophe that begins a line (groff(7)).
 */
const plain = (text: string): string =>
  text
    .replaceAll('\\', '\\(rs')
    .replaceAll('-', '\\-')
    .replace(/^[.']/, (mark) => `\\&${mark}`);
