import { BUILD_VERSION } from '../build-version.js';
import { serveOrder } from '../commands/serve-order.js';
import { log, openLog } from '../log/log.js';
import { reasonOf } from '../log/reason-of.js';
import { startPortal } from '../portal.js';
import { becomeServiceUser } from '../service-user.js';
import type { Configuration } from '../settings/configuration.js';
import { tellProblem } from '../settings/problem.js';
import { readSettings, type Settings } from '../settings/read-settings.js';

/**
 * `serve [--shared]`: starts the portal, which ends at SIGTERM or SIGINT.
 *
 * @param environment the variables of the process, without the settings that are written in files
 * @returns the exit code for a portal that ends by itself
 * @throws Error if the portal cannot start
 */
export async function serve(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  const unknown: string[] = [];
  const settings = readSettings(environment, (one) => unknown.push(tellProblem(one)));
  const configuration = configure(args, settings, unknown);
  becomeServiceUser(settings);
  const portal = await startPortal(configuration);
  log.info(`Cardwright portal ${BUILD_VERSION} listening on http://localhost:${portal.port}`);
  const end = (): void => {
    process.off('SIGTERM', end);
    process.off('SIGINT', end);
    portal.close().catch((error: unknown) => {
      log.error('The portal ended with an error.', { reason: reasonOf(error) });
      process.exitCode = 1;
    });
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  return 0;
}

/** Reads the arguments and the configuration, and opens the log. Then logs the problems that do not matter to the configuration, also if it cannot be read. */
function configure(args: readonly string[], settings: Settings, problems: readonly string[]): Configuration {
  try {
    const configuration = serveOrder(args, settings);
    openLog(configuration.log);
    return configuration;
  } finally {
    for (const one of problems) log.warn(one);
  }
}
