import { COMMANDS } from './commands.js';
import type { CliCommand } from './grammar.js';
import { nearest } from './nearest.js';
import { UsageError } from './usage-error.js';

/** A command, and the words that follow its name. */
export interface FoundCommand {
  readonly command: CliCommand;
  readonly args: readonly string[];
}

/**
 * Finds the command that a command line names.
 *
 * @throws UsageError if no command has this name; the message suggests a similar name if there is one
 */
export function findCommand([first = '', ...rest]: readonly string[]): FoundCommand {
  const alone = COMMANDS.find(({ name }) => name === first);
  if (alone) return { command: alone, args: rest };
  const [verb = '', ...args] = rest;
  const command = COMMANDS.find(({ name }) => name === `${first} ${verb}`);
  if (command) return { command, args };
  throw unknown(first, verb);
}

/**
 * Returns the commands that the words after `help`, or before `--help`, name: one command, or all commands of a noun such as `bundle`. Words
 * that follow the name are ignored.
 *
 * @throws UsageError if the words name no command, as in `findCommand`
 */
export function commandsNamed([first = '', verb = '']: readonly string[]): readonly CliCommand[] {
  const exact = COMMANDS.filter(({ name }) => name === first || name === `${first} ${verb}`);
  if (exact.length > 0) return exact;
  const ofNoun = COMMANDS.filter(({ name }) => nounOf(name) === first);
  if (ofNoun.length > 0) return ofNoun;
  throw unknown(first, verb);
}

function unknown(first: string, verb: string): UsageError {
  const verbs = COMMANDS.filter(({ name }) => nounOf(name) === first).map(({ name }) => verbOf(name));
  if (verbs.length === 0) return new UsageError(`There is no command ${JSON.stringify(first)}.${meant(first)}`);
  const near = nearest(verb, verbs);
  const choice = verbs.map((one) => `\`${first} ${one}\``).join(' or ');
  return new UsageError(
    `\`${first}\` needs a verb: ${choice}.${near === undefined ? '' : ` Did you mean \`${first} ${near}\`?`}`,
  );
}

function meant(first: string): string {
  const nouns = [...new Set(COMMANDS.map(({ name }) => nounOf(name)))];
  const noun = nearest(first, [...nouns, 'help']);
  // The word may be a verb without its noun, such as `show`.
  const names =
    noun === undefined ? COMMANDS.filter(({ name }) => verbOf(name) === first).map(({ name }) => name) : [noun];
  return names.length === 0 ? '' : ` Did you mean ${names.map((name) => `\`${name}\``).join(' or ')}?`;
}

const nounOf = (name: string): string => name.split(' ')[0] ?? name;
const verbOf = (name: string): string => name.split(' ')[1] ?? name;
