import { openStage, type PortalOptions, type Stage, type StageOptions } from '@cardwright/stage';
import { openDatabase } from './postgres.js';

/**
 * A stage of a test's own. Its portal has a database on the PostgreSQL server of its worker, because to start an embedded one costs more
 * than all the rest; where the test names a data folder, which it searches, the embedded one is in it.
 */
export async function openOwnStage(options: StageOptions & { readonly portal: PortalOptions }): Promise<Stage> {
  const { portal } = options;
  if (portal.dataFolder !== undefined) return openStage(options);
  const { url } = await openDatabase();
  return openStage({ ...options, portal: { ...portal, env: { ...portal.env, DATABASE_URL: url } } });
}
