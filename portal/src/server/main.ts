import { isatty } from 'node:tty';
import { PRODUCT_VERSION } from '@cardwright/protocol';
import { backup } from './commands/backup.js';
import { doctor } from './commands/doctor/doctor.js';
import { importFromFile } from './commands/import-vendor-certificates.js';
import { init } from './commands/init/init.js';
import { restore } from './commands/restore.js';
import { readConfiguration } from './configuration.js';
import { startPortal } from './portal.js';
import { becomeServiceUser } from './service-user.js';
import { readSettings } from './settings.js';

type Command = (args: readonly string[], environment: NodeJS.ProcessEnv) => Promise<number>;

const print = (line: string): void => console.log(line);

/** By the first argument. */
const COMMANDS: Readonly<Record<string, Command>> = {
  serve,
  init: (args, environment) => init(args, environment, print, terminal()),
  doctor: (args, environment) => doctor(args, environment, print),
  'import-vendor-certificates': (args, environment) => importFromFile(args, environment, print),
  backup: (args, environment) => backup(args, environment, print),
  restore: (args, environment) => restore(args, environment, print),
  '--version': () => {
    print(PRODUCT_VERSION);
    return Promise.resolve(0);
  },
};

/**
 * `node dist/server/main.js COMMAND`: the portal as a process, or one of its commands, configured by its environment (see configuration.ts
 * and settings.ts). Without a command the portal starts, except where it is installed: there it is a service, and this may be typed by a
 * person.
 */
const [name = process.env.CARDWRIGHT_SETTINGS ? '' : 'serve', ...args] = process.argv.slice(2);
const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
try {
  if (!command) throw new Error(`there is no such command; there is ${Object.keys(COMMANDS).join(', ')}`);
  process.exitCode = await command(args, readSettings(process.env));
} catch (error) {
  const what = name === 'serve' ? 'The portal cannot start' : name || 'cardwright-portal';
  console.error(`${what}: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
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

/** Where a person can be asked. */
function terminal() {
  return isatty(0) && isatty(1) ? { input: process.stdin, output: process.stdout } : undefined;
}
