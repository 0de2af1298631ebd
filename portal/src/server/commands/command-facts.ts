/** An option of a command. `parseArgs` of Node.js reads `type` and `multiple`; the help shows the rest. */
export interface CommandOption {
  readonly type: 'boolean' | 'string';
  /** Set when the option may be given several times. */
  readonly multiple?: boolean;
  readonly isRequired?: boolean;
  /** Name of the option's value in the help, in capitals. Present exactly if `type` is `string`. */
  readonly value?: string;
  /** The effect of the option, as a sentence that begins with a verb. */
  readonly summary: string;
}

/** A command line that works, without the program's name. */
interface Example {
  readonly line: string;
  /** The effect of the example, as a sentence that begins with a verb. */
  readonly summary: string;
}

/** The facts of a command that `--help`, the manual page and the message about wrong arguments show. */
export interface CommandFacts {
  /** One word, or a command and a verb of it: `doctor`, `account add`. */
  readonly name: string;
  /** The words that the command takes besides its options, such as `NAME [ROLE[:GROUP]]...`. */
  readonly operands?: string;
  /** Options by their names without hyphens. */
  readonly options: Readonly<Record<string, CommandOption>>;
  /** The effect of the command, as a sentence that begins with a verb. */
  readonly summary: string;
  /** Further sentences. */
  readonly more?: readonly string[];
  readonly examples: readonly Example[];
}

/** Returns an option with its value, such as `--role ROLE`. */
export const optionTerm = (name: string, { value }: CommandOption): string =>
  `--${name}${value === undefined ? '' : ` ${value}`}`;

/** Returns a command with its operands, such as `restore FILE`. */
export const termOf = ({ name, operands }: CommandFacts): string =>
  operands === undefined ? name : `${name} ${operands}`;

/** Returns a command with its operands and options, such as `restore FILE [--replace]`. */
export const usageOf = (facts: CommandFacts): string =>
  [
    termOf(facts),
    ...Object.entries(facts.options).map(([name, option]) => {
      const term = optionTerm(name, option);
      return `${option.isRequired === true ? term : `[${term}]`}${option.multiple === true ? '...' : ''}`;
    }),
  ].join(' ');

/** Prints the usage of a command whose arguments were wrong: a line for each of its verbs. */
export function printUsage(facts: readonly CommandFacts[], print: (line: string) => void): void {
  facts.map(usageOf).forEach((usage, index) => print(`${index === 0 ? 'Usage: ' : '       '}${usage}`));
}
