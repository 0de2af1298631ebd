import path from 'node:path';
import { buildVersion } from '@cardwright/protocol/identity';
import { PolicyError } from '../policies/policy-error.js';
import { readBuildRecord } from '../system/build-record.js';
import { BundleError } from './bundle-file.js';
import { toleratingClosedPipe } from './closed-pipe.js';
import { EXIT } from './exit-code.js';
import { commandsNamed, findCommand } from './find-command.js';
import { helpOf, overview } from './help.js';
import { RegistrationError } from './install-targets.js';
import { printLine as print, printLines, printProblem } from './print.js';
import { UsageError } from './usage-error.js';

const HELP_OPTIONS = ['--help', '-h'];

/** Runs one command that a user typed, and returns the exit code. `main` is the path of this program's main file. */
export async function runCommandLine(args: readonly string[], main: string): Promise<number> {
  const exitCode = toleratingClosedPipe([process.stdout, process.stderr]);
  try {
    return exitCode(await run(args, main));
  } catch (error) {
    const isFailure =
      error instanceof BundleError || error instanceof PolicyError || error instanceof RegistrationError;
    if (!isFailure && !(error instanceof UsageError)) throw error;
    printLines(error.message, printProblem);
    if (!isFailure) printProblem('`cardwright-host help` lists the commands, and `help COMMAND` explains one.');
    return exitCode(isFailure ? EXIT.failure : EXIT.usage);
  }
}

async function run(args: readonly string[], main: string): Promise<number> {
  const [first, ...rest] = args;
  if (first === '--version') {
    if (rest.length > 0) throw new UsageError('--version takes nothing behind it.');
    print(buildVersion(readBuildRecord(path.dirname(main))?.commit));
    return EXIT.success;
  }
  const explained = wordsToExplain(args);
  if (!explained) {
    const { command, args: its } = findCommand(args);
    return command.run(its, main);
  }
  printLines(explained.length === 0 ? overview() : helpOf(commandsNamed(explained)), print);
  return EXIT.success;
}

/** Returns the words that name the command to explain; an empty list stands for the whole program. Returns undefined if a command is to be run. */
function wordsToExplain(args: readonly string[]): readonly string[] | undefined {
  const [first, ...rest] = args;
  if (first === undefined) return [];
  if (first === 'help') return rest.filter((word) => !HELP_OPTIONS.includes(word));
  const place = args.findIndex((word) => word === '--' || HELP_OPTIONS.includes(word));
  return place === -1 || args[place] === '--' ? undefined : args.slice(0, place);
}
