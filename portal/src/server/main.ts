import { isatty } from 'node:tty';
import { PRODUCT_VERSION } from '@cardwright/protocol/identity';
import { account, ACCOUNT_USAGE } from './commands/account/account.js';
import { authority, AUTHORITY_USAGE } from './commands/authority.js';
import { backup } from './commands/backup.js';
import { config } from './commands/config.js';
import { doctor } from './commands/doctor/doctor.js';
import { importFromFile } from './commands/import-vendor-certificates.js';
import { init } from './commands/init/init.js';
import { restore } from './commands/restore.js';
import { startPortal } from './portal.js';
import { becomeServiceUser } from './service-user.js';
import { readConfiguration } from './settings/configuration.js';
import { tellProblem } from './settings/problem.js';
import { readSettings } from './settings/read-settings.js';

interface Command {
  /** The arguments after the command's name, as the help shows them. */
  readonly usage: string;
  /** Description of the command in the help. */
  readonly does: string;
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

/** The commands, by their names. The name is the first argument. */
const COMMANDS: Readonly<Record<string, Command>> = {
  serve: { usage: '', does: 'starts the portal', run: withSettings(serve) },
  init: {
    usage: '[--operator NAME] [--display-name TEXT] [--password-file FILE]',
    does: 'makes the keys, the tables and the first operator',
    run: withSettings((args, environment) => init(args, environment, print, terminal())),
  },
  account: {
    usage: ACCOUNT_USAGE,
    does: 'lists the local accounts, adds one, changes its roles, disables, enables or deletes it, or prints a link for a new password',
    run: withSettings((args, environment) => account(args, environment, print)),
  },
  doctor: {
    usage: '[--json]',
    does: 'checks what the portal needs, and says what to do about each finding',
    run: withSettings((args, environment) => doctor(args, environment, print)),
  },
  config: {
    usage: 'check',
    does: 'checks the settings, and names file, line and key of each problem; shows where each value is from',
    run: (args, environment) => config(args, environment, print),
  },
  authority: {
    usage: AUTHORITY_USAGE,
    does: 'lists the embedded certification authorities, or makes the next one, which issues from a day on',
    run: withSettings((args, environment) => authority(args, environment, print)),
  },
  'import-vendor-certificates': {
    usage: 'FILE [--model yubikey] [--trust-unknown]',
    does: "imports vendors' certificates",
    run: withSettings((args, environment) => importFromFile(args, environment, print)),
  },
  backup: {
    usage: 'FILE',
    does: 'writes all that is in the database to a file',
    run: withSettings((args, environment) => backup(args, environment, print)),
  },
  restore: {
    usage: 'FILE [--replace]',
    does: 'reads such a file into an empty database, or in place of what is in the database',
    run: withSettings((args, environment) => restore(args, environment, print)),
  },
  help: { usage: '', does: 'says what commands there are', run: help },
  '--version': {
    usage: '',
    does: 'prints the version',
    run: () => {
      print(PRODUCT_VERSION);
      return Promise.resolve(0);
    },
  },
};

/**
 * `node dist/server/main.js COMMAND`: runs the portal, or one of its commands. Its settings are in the environment and in the files that the
 * environment names (see settings/). Without a command, a portal that is not installed starts. For an installed portal (`CARDWRIGHT_SETTINGS` is
 * set), a missing command is an error: its service states the command `serve`, so a person has probably forgotten the command.
 */
const [name = process.env.CARDWRIGHT_SETTINGS ? '' : 'serve', ...args] = process.argv.slice(2);
const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
try {
  if (!command) throw new Error(`there is no such command; there is ${Object.keys(COMMANDS).join(', ')}`);
  process.exitCode = await command.run(args, process.env);
} catch (error) {
  const what = name === 'serve' ? 'The portal cannot start' : name || 'cardwright-portal';
  console.error(`${what}: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

function help(): Promise<number> {
  for (const [which, { usage, does }] of Object.entries(COMMANDS)) {
    print(['cardwright-portal', which, ...(usage === '' ? [] : [usage])].join(' '));
    print(`    ${does}`);
  }
  return Promise.resolve(0);
}

async function serve(rest: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  if (rest.length > 0) throw new Error('serve takes no arguments');
  const configuration = readConfiguration(environment);
  becomeServiceUser(environment);
  const portal = await startPortal(configuration);
  console.log(`Cardwright portal listening on http://localhost:${portal.port}`);
  const end = (): void => {
    process.off('SIGTERM', end);
    process.off('SIGINT', end);
    portal.close().catch((error: unknown) => {
      console.error(error);
      process.exitCode = 1;
    });
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  return 0;
}

/** Returns the terminal on which a person can be asked; undefined if input or output is not a terminal. */
function terminal() {
  return isatty(0) && isatty(1) ? { input: process.stdin, output: process.stdout } : undefined;
}
