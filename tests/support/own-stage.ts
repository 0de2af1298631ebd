import { openStage, type PortalOptions, type Stage, type StageOptions } from '@cardwright/stage';
import { ACCOUNTS } from './portal-options.js';
import { openDatabase } from './postgres.js';

/**
 * Opens a stage for one test. Its portal uses a database on the worker's PostgreSQL server, because starting an embedded one costs more
 * than everything else. If the test names a data folder, which it searches, the portal has an embedded database there.
 */
export async function openOwnStage(options: StageOptions & { readonly portal: PortalOptions }): Promise<Stage> {
  const { portal } = options;
  if (portal.dataFolder !== undefined) return openStage(options);
  const { url } = await openDatabase({ accounts: ACCOUNTS });
  return openStage({ ...options, portal: { ...portal, env: { ...portal.env, DATABASE_URL: url } } });
}
