import { parseArgs } from 'node:util';
import { nearest } from './nearest.js';
import { UsageError } from './usage-error.js';

/** An option of a command. `parseArgs` of Node.js reads `type` and `multiple`; the help shows the rest. */
export interface CliOption {
  readonly type: 'boolean' | 'string';
  /** Set when the option may be given several times. */
  readonly multiple?: boolean;
  /** Name of the option's value in the help, in capitals. Present exactly if `type` is `string`. */
  readonly value?: string;
  /** The effect of the option, as a sentence that begins with a verb. */
  readonly summary: string;
}

/** Options by their names without hyphens. */
export type CliOptions = Readonly<Record<string, CliOption>>;

/** The word that a command takes besides its options. */
export interface Operand {
  /** Name of the operand in the help, in capitals. */
  readonly name: string;
  readonly isOptional?: boolean;
}

/** A command line that works, without the program's name. */
export interface Example {
  readonly line: string;
  /** The effect of the example, as a sentence that begins with a verb. */
  readonly summary: string;
}

/** The facts of a command that `--help` and the documents show. */
export interface CommandFacts {
  /** One word, or a noun and a verb: `doctor`, `bundle write`. */
  readonly name: string;
  readonly operand?: Operand;
  readonly options: CliOptions;
  /** Names of options that exclude each other. */
  readonly exclusive?: readonly string[];
  /** The effect of the command, as a sentence that begins with a verb. */
  readonly summary: string;
  /** Further sentences for the help of this command. */
  readonly more?: readonly string[];
  readonly examples: readonly Example[];
}

/** One command of the host. */
export interface CliCommand extends CommandFacts {
  /**
   * Runs the command and returns the exit code. `main` is the path of this program's main file.
   *
   * @throws UsageError for arguments that the command does not take
   */
  run(args: readonly string[], main: string): number | Promise<number>;
}

interface Config<O extends CliOptions> {
  readonly args: string[];
  readonly options: O;
  readonly allowPositionals: true;
}

/** The arguments that were given to a command. */
interface Given<O extends CliOptions> {
  readonly values: ReturnType<typeof parseArgs<Config<O>>>['values'];
  /** The operand; empty if the command has no operand, or if an optional operand was left out. */
  readonly operand: string;
}

interface Definition<O extends CliOptions> extends CommandFacts {
  readonly options: O;
  readonly run: (given: Given<O>, main: string) => number | Promise<number>;
}

/** Defines a command. The types of the values that `run` gets follow from `options`. */
export function defineCommand<const O extends CliOptions>({ run, ...facts }: Definition<O>): CliCommand {
  return { ...facts, run: (args, main) => run(readArguments(facts, args), main) };
}

/** Reads the arguments of a command. @throws UsageError for arguments that the command does not take */
export function readArguments<O extends CliOptions>(
  facts: CommandFacts & { readonly options: O },
  args: readonly string[],
): Given<O> {
  requireOptions(facts, args);
  const config: Config<O> = { args: [...args], options: facts.options, allowPositionals: true };
  const { values, positionals } = parseArgs(config);
  return { values, operand: operandIn(facts, positionals) };
}

/** Refuses wrong options with messages of our own, because the messages of `parseArgs` are about hyphens and positions. */
function requireOptions({ name, options, exclusive = [] }: CommandFacts, args: readonly string[]): void {
  const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
  const given = new Set<string>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const { rawName, value, inlineValue } = token;
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (!option) throw new UsageError(`\`${name}\` has no option ${rawName}.${meant(rawName, options)}`);
    const isMissing = value === undefined || value === '' || (!inlineValue && value.startsWith('-'));
    if (option.type === 'string' && isMissing) throw new UsageError(`${rawName} needs a ${option.value ?? 'value'}.`);
    if (option.type === 'boolean' && value !== undefined) throw new UsageError(`${rawName} takes no value.`);
    given.add(token.name);
  }
  const [first, second] = exclusive.filter((one) => given.has(one));
  if (second !== undefined) throw new UsageError(`--${first} and --${second} exclude each other.`);
}

function meant(rawName: string, options: CliOptions): string {
  const near = nearest(
    rawName,
    Object.keys(options).map((one) => `--${one}`),
  );
  return near === undefined ? '' : ` Did you mean ${near}?`;
}

function operandIn({ name, operand }: CommandFacts, positionals: readonly string[]): string {
  const [first = '', second] = positionals;
  const extra = operand ? second : positionals[0];
  if (extra !== undefined) throw new UsageError(`\`${name}\` does not take ${JSON.stringify(extra)}.`);
  if (first === '' && operand && operand.isOptional !== true)
    throw new UsageError(`\`${name}\` needs a ${operand.name}.`);
  return first;
}
