import { seedPolicies } from '@cardwright/cms';
import type { CertificatePolicies } from '@cardwright/cms/authority';
import type { PasskeyService } from '@cardwright/cms/passkeys';
import type { Store } from '@cardwright/cms/store';
import { createDemoAccount } from '../accounts/accounts.js';
import { fillWindowsKeys } from '../accounts/windows-names.js';
import { openCertificatePolicies } from '../ca/certificate-policies.js';
import { notingLostFactors } from '../devices/lost-factor.js';
import { requireFit } from '../keys/require-fit.js';
import { ControlSocket } from '../control/control-socket.js';
import { log } from '../log/log.js';
import { reasonOf } from '../log/reason-of.js';
import { countOperations } from '../monitor/count-operations.js';
import { ownServiceIn } from '../passkeys/open-passkey-services.js';
import { isOnDisk, markRunning } from '../running-portal.js';
import { openPortalDatabase, type PortalDatabase } from '../store/database.js';
import { drizzleStore } from '../store/drizzle-store.js';
import { findRemains, remainsSentence } from '../store/embedded-remains.js';
import { fillKeyHashes } from '../store/fill-key-hashes.js';
import { devicePolicies } from '../store/schema.js';
import type { Opening } from './opening.js';

/** A portal's lasting data. */
export interface PortalData {
  /** The database, for accounts, sessions and lists. */
  readonly database: PortalDatabase;
  /** The store of the card management, which uses `database`. */
  readonly store: Store;
  readonly certificatePolicies: CertificatePolicies;
}

/**
 * Marks the database as used by this process (`markRunning`), opens the database, and brings its tables and contents up to date. Logs an embedded
 * database that a move to PostgreSQL left behind.
 *
 * @throws Error if the database cannot be opened, if the keys do not belong to the database, or if the certificate policies are not distinct
 */
export async function openData({ configuration, keys, counters, parts }: Opening): Promise<PortalData> {
  const remains = findRemains(configuration);
  if (remains !== null) log.warn(`${remainsSentence(remains)} Remove it once nothing of it is needed any more.`);
  // The parts are closed in reverse order, so the mark stays until the database is closed.
  parts.add({ close: await markRunning(configuration) });
  const database = parts.add(await openPortalDatabase(configuration.database, keys.rolePassword));
  await requireFit(await database.db.select().from(devicePolicies), keys);
  await fillKeyHashes(database.db);
  await fillWindowsKeys(database.db);
  const certificatePolicies = await openCertificatePolicies(database.db, configuration.certificatePolicies);
  const put = notingLostFactors(ownServiceIn(configuration.passkeyServices));
  return { database, store: drizzleStore(database, keys, countOperations(counters), put), certificatePolicies };
}

/**
 * Opens the socket for commands, if the database is an embedded one. A portal without the socket works, but can only be backed up while it is stopped:
 * the log says so.
 */
export async function openControl({ configuration, parts }: Opening, { database }: PortalData): Promise<void> {
  if (database.readMoment === null || !isOnDisk(configuration)) return;
  try {
    parts.add(await ControlSocket.open(configuration.dataFolder, database.readMoment));
  } catch (error) {
    log.error('No backup can be made while the portal runs.', { reason: reasonOf(error) });
  }
}

/** Adds the configured device policies and accounts that the database lacks. */
export async function fillData(
  { configuration }: Opening,
  { database, store }: PortalData,
  services: readonly PasskeyService[],
): Promise<void> {
  await seedPolicies(store, configuration.devicePolicies, services);
  for (const account of configuration.accounts) await createDemoAccount(database.db, account);
}
