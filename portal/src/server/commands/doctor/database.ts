import type { DevicePolicy } from '@cardwright/cms/policies';
import type { KeyRing } from '@cardwright/cms/keys';
import * as v from 'valibot';
import { reasonOf } from '../../log/reason-of.js';
import type { Configuration } from '../../settings/configuration.js';
import { requireFit } from '../../keys/require-fit.js';
import { findRunning } from '../../running-portal.js';
import type { DatabaseLocation } from '../../store/location.js';
import { findRemains, isMade, remainsSentence } from '../../store/embedded-remains.js';
import { foreignAmong, RAN_MIGRATIONS, ranMigrations, readMigrations } from '../../store/migrate.js';
import { present } from './certificate-checks.js';
import type { KeptPolicies } from './certificate-policies.js';
import { checkDatabaseRole } from './database-role.js';
import { checkDatabaseTransport } from './database-transport.js';
import { checkDemoAccounts } from './demo-accounts.js';
import { checkExpiries } from './expiries.js';
import { findingsOf, type Finding } from '../../findings/finding.js';
import { checkClock } from './health.js';
import { checkAppointedByUpgrade } from './independence.js';
import { checkPersonalNames } from './personal-names.js';
import { checkReplaced } from './replaced-databases.js';
import { openCopyForReading, openPostgresForReading, type ReadOnlyDatabase } from './read-only-database.js';
import type { MadeCertificate } from './registration-authority.js';

const { ok, problem, skipped, warning } = findingsOf('database');

const IN_MEMORY = 'memory://';

export interface CheckedDatabase {
  readonly findings: readonly Finding[];
  /**
   * Certificate (DER) that the portal made for its registration authority. Null if the portal has not made this certificate yet; undefined if the
   * database could not be read.
   */
  readonly made: MadeCertificate;
  readonly certificatePolicies: KeptPolicies;
  /** Certificates that the device policies trust; empty if there are none yet, undefined if they could not be read. */
  readonly policies: readonly VendorTrust[] | undefined;
}

type VendorTrust = Pick<DevicePolicy, 'attestationRoots' | 'attestationIntermediates'>;

/**
 * Checks that the database can be read, that its tables fit this version, and that the keys belong to it. Writes nothing to the
 * database.
 */
export async function checkDatabase(
  configuration: Configuration,
  keys: KeyRing | null | undefined,
): Promise<CheckedDatabase> {
  const { database } = configuration;
  if ('url' in database) {
    const advice = 'Check DATABASE_URL, and the PostgreSQL server.';
    const checked = await look(database, keys, advice);
    const others = present(checkDatabaseTransport(database.url), checkRemains(configuration));
    return { ...checked, findings: [...checked.findings, ...others] };
  }
  const { folder } = database;
  if (folder.startsWith(IN_MEMORY)) return alone(ok('In memory: it is gone when the portal stops.'), null);
  const running = await findRunning(configuration);
  if (running)
    return alone(
      skipped(
        `Not checked, because the portal is running (${running.process}) and its embedded database is its own.`,
        'To have it checked, stop the portal first.',
      ),
      undefined,
    );
  if (!isMade(folder)) return alone(ok(`The portal makes one in ${folder} when it starts for the first time.`), null);
  return look(database, keys, `Check the folder ${folder}, or restore it from a backup.`);
}

/** Returns a warning if an embedded database is left over from before a move to PostgreSQL. */
export function checkRemains(configuration: Pick<Configuration, 'database' | 'dataFolder'>): Finding | null {
  const folder = findRemains(configuration);
  if (folder === null) return null;
  return warning(remainsSentence(folder), `Once nothing of it is needed any more, remove it: rm -r ${folder}`);
}

/**
 * Returns the result of a check that has one finding and read nothing from the database.
 *
 * @param content null if the database has no content yet, undefined if the content could not be read
 */
const alone = (finding: Finding, content: null | undefined): CheckedDatabase => ({
  findings: [finding],
  made: content,
  certificatePolicies: content,
  policies: content === null ? [] : undefined,
});

async function look(
  location: DatabaseLocation,
  keys: KeyRing | null | undefined,
  advice: string,
): Promise<CheckedDatabase> {
  try {
    const database = await ('url' in location
      ? openPostgresForReading(location.url)
      : openCopyForReading(location.folder));
    try {
      const findings = [
        await judgeMigrations(database),
        ...(await judgeKeys(database, keys)),
        ...((await hasTable(database, 'audit'))
          ? [...(await checkDatabaseRole(database)), await checkClock(database)]
          : []),
        ...(await checkDemoAccounts(database)),
        // A database of an older portal has accounts without `deleted_at` before the next start.
        ...((await hasTable(database, 'password_links')) ? await checkPersonalNames(database) : []),
        ...((await hasTable(database, 'power_acts')) ? await checkAppointedByUpgrade(database) : []),
        ...(await checkReplaced(database, location)),
        // A database of an older portal has no notices before the next start.
        ...((await hasTable(database, 'notices')) ? await checkExpiries(database) : []),
      ];
      return {
        findings,
        made: await readMade(database),
        certificatePolicies: await readCertificatePolicies(database),
        policies: await readVendorTrust(database),
      };
    } finally {
      await database.close();
    }
  } catch (error) {
    return alone(problem(`It cannot be read: ${reasonOf(error)}.`, advice), undefined);
  }
}

const hasTable = async (database: ReadOnlyDatabase, name: string): Promise<boolean> => {
  const [row] = await database.rows(`SELECT to_regclass('${name}') IS NOT NULL AS present`);
  return row?.present === true;
};

async function judgeMigrations(database: ReadOnlyDatabase): Promise<Finding> {
  const { engine } = database;
  if (!(await hasTable(database, 'migrations')))
    return ok(`${engine}, still empty: the portal fills it when it starts.`);
  const ran = v.parse(ranMigrations, await database.rows(RAN_MIGRATIONS));
  const migrations = await readMigrations();
  const foreign = foreignAmong(ran, migrations);
  if (foreign && !foreign.isFit)
    return problem(`${engine} of a newer portal: it has ${foreign.name}.`, 'Run the newer version of the portal.');
  const ours = new Map(migrations.map(({ name, sha256 }) => [name, sha256]));
  const edited = ran.find(({ name, sha256 }) => ours.has(name) && ours.get(name) !== sha256);
  if (edited)
    return problem(`${engine}: ${edited.name} was edited after it ran.`, 'Restore the file as it was released.');
  if (foreign) return ok(`${engine} of a newer portal (${foreign.name}), with which this one runs.`);
  const pending = ours.size - ran.length;
  return ok(
    pending === 0 ? `${engine}, up to date.` : `${engine}: the portal brings its tables up to date when it starts.`,
  );
}

const devicePolicies = v.array(v.object({ model: v.string(), factorySecrets: v.string() }));

/**
 * Returns a problem if the keys do not belong to the database. Returns an empty list if the keys belong to the database, or if this cannot be
 * judged because there are no keys or no policies.
 */
async function judgeKeys(database: ReadOnlyDatabase, keys: KeyRing | null | undefined): Promise<Finding[]> {
  if (!keys || !(await hasTable(database, 'device_policies'))) return [];
  const rows = await database.rows('SELECT model, factory_secrets AS "factorySecrets" FROM device_policies');
  try {
    await requireFit(v.parse(devicePolicies, rows), keys);
    return [];
  } catch {
    const text = 'The keys are not those of this database, so the portal does not start.';
    return [problem(text, 'Restore the key file from a backup; new keys open nothing that this database has sealed.')];
  }
}

async function readMade(database: ReadOnlyDatabase): Promise<MadeCertificate> {
  if (!(await hasTable(database, 'registration_authorities'))) return null;
  const [row] = await database.rows('SELECT certificate FROM registration_authorities');
  return row ? Buffer.from(v.parse(v.string(), row.certificate), 'base64url') : null;
}

const certificatePolicies = v.object({ proved: v.string(), unproved: v.string() });

/**
 * Reads the stored certificate policies. Returns null if none are stored, as in a database that is still empty. Returns undefined if an
 * older portal wrote the database, which has no table for them: it is unknown which policies the next start will store.
 */
async function readCertificatePolicies(database: ReadOnlyDatabase): Promise<KeptPolicies> {
  if (!(await hasTable(database, 'certificate_policies')))
    return (await hasTable(database, 'migrations')) ? undefined : null;
  const [row] = await database.rows('SELECT proved, unproved FROM certificate_policies');
  return row ? v.parse(certificatePolicies, row) : null;
}

const pems = v.array(v.string());
const vendorTrust = v.array(v.object({ policy: v.object({ attestationRoots: pems, attestationIntermediates: pems }) }));

async function readVendorTrust(database: ReadOnlyDatabase): Promise<VendorTrust[]> {
  if (!(await hasTable(database, 'device_policies'))) return [];
  return v.parse(vendorTrust, await database.rows('SELECT policy FROM device_policies')).map(({ policy }) => policy);
}
