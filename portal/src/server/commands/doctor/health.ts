import { statSync } from 'node:fs';
import { clockFault, readClock } from '../../health/clock.js';
import { diskFault, readDisk } from '../../health/disk.js';
import { lookAtProviders, providerSentence } from '../../health/provider-health.js';
import { Directory } from '../../login/ldap/directory.js';
import { OidcProvider } from '../../login/oidc/provider.js';
import { isOnDisk } from '../../running-portal.js';
import type { Configuration } from '../../settings/configuration.js';
import { findingsOf, type Finding } from '../../findings/finding.js';
import type { ReadOnlyDatabase } from './read-only-database.js';

const signIn = findingsOf('sign-in');
const clock = findingsOf('clock');
const disk = findingsOf('disk');

/** Asks the configured providers and the directory, as the portal does. */
export async function checkProviders({
  signIn: { oidc, ldap },
  origin,
}: Pick<Configuration, 'signIn' | 'origin'>): Promise<Finding[]> {
  const providers = oidc.map((settings) => new OidcProvider(settings, () => origin ?? ''));
  const directory = ldap ? new Directory(ldap) : null;
  return (await lookAtProviders({ providers, directory })).map((one) =>
    one.reason === null
      ? signIn.ok(`The ${one.kind} ${one.name} answers.`)
      : signIn.problem(
          `${providerSentence(one)}: ${one.reason}.`,
          'Check its address, its certificates and the account of the portal in the setting sign-in, and whether it runs.',
        ),
  );
}

/** Compares the clock of this computer with that of PostgreSQL, and with the last event of the audit log. */
export async function checkClock(database: ReadOnlyDatabase, now: () => number = Date.now): Promise<Finding> {
  const isServer = database.engine === 'PostgreSQL';
  const fault = clockFault(await readClock(database, isServer, now));
  if (fault === null)
    return clock.ok(isServer ? 'The clock agrees with that of PostgreSQL.' : 'The clock is not behind the last event.');
  return clock.problem(
    `${fault}.`,
    'Synchronise the clocks (chrony, systemd-timesyncd). Certificates, CRLs and sessions that a wrong clock has made stay wrong.',
  );
}

/** Checks the disk of an embedded database. */
export async function checkDisk(configuration: Pick<Configuration, 'database' | 'dataFolder'>): Promise<Finding[]> {
  const { dataFolder } = configuration;
  if (!isOnDisk(configuration) || statSync(dataFolder, { throwIfNoEntry: false }) === undefined) return [];
  const fault = diskFault(dataFolder, await readDisk(dataFolder));
  return [
    fault === null
      ? disk.ok('There is room for the embedded database.')
      : disk.problem(`${fault}.`, 'Make room, then restart the portal.'),
  ];
}
