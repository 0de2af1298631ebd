import type { CommandFacts } from '../commands/command-facts.js';
import { startPortal } from '../portal.js';
import { becomeServiceUser } from '../service-user.js';
import { readConfiguration } from '../settings/configuration.js';

export const SERVE = {
  name: 'serve',
  options: {},
  summary: 'Starts the portal. The service of systemd does so.',
  examples: [],
} as const satisfies CommandFacts;

/**
 * `serve`: starts the portal, which ends at SIGTERM or SIGINT.
 *
 * @param environment as `readConfiguration` reads it
 * @returns the exit code for a portal that ends by itself
 * @throws Error if the portal cannot start
 */
export async function serve(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  if (args.length > 0) throw new Error('serve takes no arguments');
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
