import type { SeedPolicies } from '@cardwright/cms';
import { COST, DEMO_COST, type Cost } from '../accounts/password.js';
import { wordsIn } from '../accounts/password-rules.js';
import type { DatabaseLocation } from '../store/location.js';
import { embeddedFolder } from '../store/embedded-remains.js';
import { judgeSettings, type SettingValues } from './judge-settings.js';
import { errorOf } from './problem.js';
import type { Settings } from './read-settings.js';

/**
 * The administrator's decisions before the start: the values of `SETTINGS`, with the database and the device policies in the form
 * that the start needs.
 */
export type Configuration = Omit<
  SettingValues,
  'databaseUrl' | 'databaseOwnerUrl' | 'devicePolicies' | 'attestationRoots'
> & {
  readonly database: DatabaseLocation;
  /** Cost of new hashes of passwords. */
  readonly passwordCost: Cost;
  /** What no password may contain, besides what is guessed first anywhere: the words of the setting, and the names in the public address. */
  readonly passwordWords: readonly string[];
  /** Device policies for models without a policy in the database. These policies include the vendors' certificates of `attestationRoots`. */
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
  const { databaseUrl, databaseOwnerUrl: ownerUrl, devicePolicies, attestationRoots, ...values } = judged.values;
  return {
    ...values,
    passwordCost: values.accounts.length > 0 ? DEMO_COST : COST,
    passwordWords: [...values.passwordWords, ...(values.origin === null ? [] : wordsIn(values.origin))],
    database: databaseUrl === null ? { folder: embeddedFolder(values.dataFolder) } : { url: databaseUrl, ownerUrl },
    devicePolicies: attestationRoots === null ? devicePolicies : trusting(devicePolicies, attestationRoots),
  };
}

/** Returns the policies, each with the configured vendors' certificates added. */
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
