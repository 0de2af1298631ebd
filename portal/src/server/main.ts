import { doctor } from './commands/doctor/doctor.js';
import { importFromFile } from './commands/import-vendor-certificates.js';
import { readConfiguration } from './configuration.js';
import { startPortal } from './portal.js';

type Command = (args: readonly string[]) => Promise<number>;

/** By the first argument; without any, the portal starts. */
const COMMANDS: Readonly<Record<string, Command>> = {
  doctor: (args) => doctor(args, process.env, (line) => console.log(line)),
  'import-vendor-certificates': (args) => importFromFile(args, process.env, (line) => console.log(line)),
};

/**
 * `node dist/server/main.js`: the portal as a process, configured by its environment (see configuration.ts), or one of its
 * commands.
 */
const [name, ...args] = process.argv.slice(2);
if (name === undefined) await serve();
else await run(name);

async function serve(): Promise<void> {
  try {
    const portal = await startPortal(readConfiguration(process.env));
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
  } catch (error) {
    fail('The portal cannot start', error);
  }
}

async function run(command: string): Promise<void> {
  const known = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
  try {
    if (!known) throw new Error(`there is no such command; there is ${Object.keys(COMMANDS).join(', ')}`);
    process.exitCode = await known(args);
  } catch (error) {
    fail(command, error);
  }
}

function fail(what: string, error: unknown): void {
  console.error(`${what}: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
