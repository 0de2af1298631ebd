import { readConfiguration, type Configuration } from '../settings/configuration.js';
import type { CommandFacts } from './command-facts.js';

const SHARED = '--shared';

export const SERVE = {
  name: 'serve',
  options: {
    shared: { type: 'boolean', summary: 'Says that other processes run too. They need a PostgreSQL database.' },
  },
  summary: 'Starts the portal. The services of systemd do so.',
  examples: [],
} as const satisfies CommandFacts;

/**
 * Reads the arguments and the settings of `serve [--shared]`. `--shared` says that other processes of the portal run too. The embedded database is for a
 * single process, and two of them would destroy it.
 *
 * @param environment as `readConfiguration` reads it
 * @throws Error with words for the administrator if the arguments or the settings are wrong, or several processes would use an embedded database
 */
export function serveOrder(args: readonly string[], environment: NodeJS.ProcessEnv): Configuration {
  const isShared = args.includes(SHARED);
  if (args.length > (isShared ? 1 : 0)) throw new Error(`serve takes no arguments but ${SHARED}`);
  const configuration = readConfiguration(environment);
  if (isShared && 'folder' in configuration.database)
    throw new Error(
      'several processes need a PostgreSQL database (DATABASE_URL); the embedded one is for a single process',
    );
  return configuration;
}
