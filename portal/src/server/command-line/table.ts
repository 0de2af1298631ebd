import { isatty } from 'node:tty';
import { account } from '../commands/account/account.js';
import { ACCOUNT } from '../commands/account/facts.js';
import { authority, AUTHORITY } from '../commands/authority.js';
import { backup, BACKUP } from '../commands/backup.js';
import type { CommandFacts } from '../commands/command-facts.js';
import { config, CONFIG } from '../commands/config.js';
import { doctor, DOCTOR } from '../commands/doctor/doctor.js';
import { importFromFile, IMPORT_VENDOR_CERTIFICATES } from '../commands/import-vendor-certificates.js';
import { init } from '../commands/init/init.js';
import { INIT } from '../commands/init/options.js';
import { ready, READY } from '../commands/ready.js';
import { restore, RESTORE } from '../commands/restore.js';
import { SERVE } from '../commands/serve-order.js';
import { tellProblem } from '../settings/problem.js';
import { readSettings } from '../settings/read-settings.js';
import { serve } from './serve.js';

interface Command {
  /** The facts of the command, or of each of its verbs. */
  readonly facts: readonly CommandFacts[];
  readonly run: (args: readonly string[], environment: NodeJS.ProcessEnv) => Promise<number>;
}

const print = (line: string): void => console.log(line);

/**
 * Makes a command that receives all settings as environment variables, including the settings that are written in files. Names that look like
 * settings but are none are logged.
 */
const withSettings =
  (run: Command['run']): Command['run'] =>
  (args, environment) =>
    run(
      args,
      readSettings(environment, (unknown) => console.error(tellProblem(unknown))),
    );

/** The commands by the first word of a command line. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  serve: { facts: [SERVE], run: serve },
  init: { facts: [INIT], run: (args, environment) => init(args, environment, print, terminal()) },
  account: { facts: ACCOUNT, run: withSettings((args, environment) => account(args, environment, print)) },
  doctor: { facts: [DOCTOR], run: withSettings((args, environment) => doctor(args, environment, print)) },
  config: { facts: [CONFIG], run: (args, environment) => config(args, environment, print) },
  authority: { facts: AUTHORITY, run: withSettings((args, environment) => authority(args, environment, print)) },
  'import-vendor-certificates': {
    facts: [IMPORT_VENDOR_CERTIFICATES],
    run: withSettings((args, environment) => importFromFile(args, environment, print)),
  },
  backup: { facts: [BACKUP], run: withSettings((args, environment) => backup(args, environment, print)) },
  restore: { facts: [RESTORE], run: withSettings((args, environment) => restore(args, environment, print)) },
  ready: { facts: [READY], run: withSettings((args, environment) => ready(args, environment, print)) },
};

/** The facts of all commands. */
export const ALL_FACTS: readonly CommandFacts[] = Object.values(COMMANDS).flatMap(({ facts }) => facts);

/** Returns the terminal on which a person can be asked; undefined if input or output is not a terminal. */
function terminal() {
  return isatty(0) && isatty(1) ? { input: process.stdin, output: process.stdout } : undefined;
}
