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

/** See manual-page.mjs. */
export function manualPage(manual: Manual): string;
