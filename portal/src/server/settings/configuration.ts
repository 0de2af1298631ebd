import type { SeedPolicies } from '@cardwright/cms';
import { join } from 'node:path';
import type { DatabaseLocation } from '../store/database.js';
import { judgeSettings, type SettingValues } from './judge-settings.js';
import { errorOf } from './problem.js';
import type { Settings } from './read-settings.js';

/** All of the administrator's decisions before the start: the values of `SETTINGS`. */
export type Configuration = Omit<SettingValues, 'databaseUrl' | 'devicePolicies' | 'attestationRoots'> & {
  readonly database: DatabaseLocation;
  /** Policies written to an empty database. */
  readonly devicePolicies: SeedPolicies;
};

/**
 * Reads the configuration from the environment, which may include the settings of files.
 *
 * @throws Error that names the first wrong setting and its place
 */
export function readConfiguration(environment: Settings): Configuration {
  const judged = judgeSettings(environment);
  if ('problems' in judged) throw errorOf(judged.problems[0]);
  const { databaseUrl, devicePolicies, attestationRoots, ...values } = judged.values;
  return {
    ...values,
    database: databaseUrl === null ? { folder: join(values.dataFolder, 'database') } : { url: databaseUrl },
    devicePolicies: attestationRoots === null ? devicePolicies : trusting(devicePolicies, attestationRoots),
  };
}

/** Adds the administrator's certificates of vendors to the policy of every model. */
const trusting = (
  devicePolicies: SeedPolicies,
  { root, intermediate }: NonNullable<SettingValues['attestationRoots']>,
): SeedPolicies =>
  Object.fromEntries(
    Object.entries(devicePolicies).map(([model, { policy, factory }]) => {
      const attestationRoots = [...policy.attestationRoots, ...root];
      const attestationIntermediates = [...policy.attestationIntermediates, ...intermediate];
      return [model, { policy: { ...policy, attestationRoots, attestationIntermediates }, factory }];
    }),
  );
