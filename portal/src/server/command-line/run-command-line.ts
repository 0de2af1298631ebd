import { BUILD_VERSION } from '../build-version.js';
import type { CommandFacts } from '../commands/command-facts.js';
import { log } from '../log/log.js';
import { reasonOf } from '../log/reason-of.js';
import { helpOf, overview, PROGRAM } from './help.js';
import { ALL_FACTS, COMMANDS } from './table.js';

const HELP_OPTIONS = ['--help', '-h'];

/**
 * Runs the portal, or one of its commands. Without a command, a portal that is not installed starts. For an installed portal
 * (`CARDWRIGHT_SETTINGS` is set), a missing command is an error: its service states the command `serve`, so a person has probably forgotten the
 * command. Help needs no settings, so whoever may not read them gets it too.
 *
 * @returns the exit code
 */
export async function runCommandLine(words: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  const [name = environment.CARDWRIGHT_SETTINGS ? '' : 'serve', ...args] = words;
  try {
    return await run(name, args, environment);
  } catch (error) {
    if (name === 'serve') log.error(`The portal cannot start: ${reasonOf(error)}`);
    else console.error(`${name === '' ? PROGRAM : name}: ${reasonOf(error)}`);
    return 1;
  }
}

async function run(name: string, args: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  if (name === '--version') {
    console.log(BUILD_VERSION);
    return 0;
  }
  const explained = wordsToExplain(name, args);
  if (explained) {
    console.log(explained.length === 0 ? overview(ALL_FACTS) : helpOf(factsNamed(explained)));
    return 0;
  }
  return commandNamed(name).run(args, environment);
}

/** Returns the words that name the command to explain; an empty list stands for the whole program. Returns undefined if a command is to be run. */
function wordsToExplain(name: string, args: readonly string[]): readonly string[] | undefined {
  if (name === 'help') return args.filter((word) => !HELP_OPTIONS.includes(word));
  if (HELP_OPTIONS.includes(name)) return [];
  const place = args.findIndex((word) => word === '--' || HELP_OPTIONS.includes(word));
  return place === -1 || args[place] === '--' ? undefined : [name, ...args.slice(0, place)];
}

/** Returns the facts of one verb if the second word is one, or else of all verbs of the command. @throws Error if there is no such command */
function factsNamed([name = '', verb = '']: readonly string[]): readonly CommandFacts[] {
  const { facts } = commandNamed(name);
  const named = facts.filter((one) => one.name === `${name} ${verb}`);
  return named.length > 0 ? named : facts;
}

function commandNamed(name: string) {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) throw new Error(`there is no such command; there is ${Object.keys(COMMANDS).join(', ')}, help`);
  return command;
}
