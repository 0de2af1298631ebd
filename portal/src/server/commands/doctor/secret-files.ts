import { stat } from 'node:fs/promises';
import path from 'node:path';
import { encryptedKeyFileIn, keyFileOf } from '../../settings/key-file.js';
import { SETTINGS_FILE } from '../../settings/portal-env.js';
import { TOML_FILE } from '../../settings/portal-toml.js';
import { PLACES, secretsIn, type Settings } from '../../settings/read-settings.js';
import { isThere } from '../is-there.js';
import { findingsOf, type Finding } from '../../findings/finding.js';

const { problem, warning } = findingsOf('configuration');

/** Permission bits of the group and of everyone else. */
const OTHERS = 0o077;

/**
 * Checks that only their owner can access these files: the key file, `portal.env`, and `portal.toml` if it contains a secret, such as the
 * password of the database. Also checks that no key file lies in the clear beside the encrypted one.
 *
 * @param environment as `readConfiguration` reads it
 * @param dataFolder folder of the key file, if the settings name no other key file
 */
export async function checkSecretFiles(environment: Settings, dataFolder: string): Promise<Finding[]> {
  const { CARDWRIGHT_SETTINGS: settings } = environment;
  const hasSecrets = secretsIn(environment[PLACES] ?? new Map()).some(({ file }) => file === TOML_FILE);
  const names = [SETTINGS_FILE, ...(hasSecrets ? [TOML_FILE] : [])];
  const keyFile = keyFileOf(environment) ?? path.join(dataFolder, 'keys.json');
  const files = [
    { what: 'The key file', file: keyFile },
    ...(settings ? names.map((name) => ({ what: 'The settings', file: path.join(settings, name) })) : []),
  ];
  const findings = await Promise.all(files.map(({ what, file }) => judge(what, file)));
  return [...findings.flat(), ...(settings ? await judgeEncryption(keyFile, encryptedKeyFileIn(settings)) : [])];
}

async function judgeEncryption(keyFile: string, encrypted: string): Promise<Finding[]> {
  if (keyFile === encrypted || !(await isThere(encrypted)) || !(await isThere(keyFile))) return [];
  return [
    warning(
      `The keys are encrypted in ${encrypted}, and also in ${keyFile} in the clear.`,
      `Copy ${keyFile} to where your other master secrets are, and remove it here.`,
    ),
  ];
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
