import { stat } from 'node:fs/promises';
import path from 'node:path';
import { keyFileOf } from '../../settings/key-file.js';
import { SETTINGS_FILE } from '../../settings/portal-env.js';
import { TOML_FILE } from '../../settings/portal-toml.js';
import { PLACES, secretsIn, type Settings } from '../../settings/read-settings.js';
import { findingsOf, type Finding } from './finding.js';

const { problem } = findingsOf('configuration');

/** Permission bits of the group and of everyone else. */
const OTHERS = 0o077;

/**
 * Checks that only their owner can access these files: the key file, `portal.env`, and `portal.toml` if it contains a secret, such as the
 * password of the database.
 *
 * @param environment as `readConfiguration` reads it
 * @param dataFolder folder of the key file, if the settings name no other key file
 */
export async function checkSecretFiles(environment: Settings, dataFolder: string): Promise<Finding[]> {
  const { CARDWRIGHT_SETTINGS: settings } = environment;
  const hasSecrets = secretsIn(environment[PLACES] ?? new Map()).some(({ file }) => file === TOML_FILE);
  const names = [SETTINGS_FILE, ...(hasSecrets ? [TOML_FILE] : [])];
  const files = [
    { what: 'The key file', file: keyFileOf(environment) ?? path.join(dataFolder, 'keys.json') },
    ...(settings ? names.map((name) => ({ what: 'The settings', file: path.join(settings, name) })) : []),
  ];
  const findings = await Promise.all(files.map(({ what, file }) => judge(what, file)));
  return findings.flat();
}

async function judge(what: string, file: string): Promise<Finding[]> {
  // A missing or unreachable file is no finding here, because other checks report it.
  const found = await stat(file).catch(() => undefined);
  if (!found || (found.mode & OTHERS) === 0) return [];
  return [
    problem(
      `${what} ${file} can be used by others than its owner.`,
      `chmod 600 ${file}; who has read the keys can read every PUK that the database has.`,
    ),
  ];
}
