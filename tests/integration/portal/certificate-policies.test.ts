import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { DEFAULT_CERTIFICATE_POLICIES, type CertificatePolicies } from '@cardwright/cms/authority';
import { inRepository } from '@cardwright/stage';
import { openCertificatePolicies, type PolicySettings } from '../../../portal/src/server/ca/certificate-policies.js';
import { init } from '../../../portal/src/server/commands/init/init.js';
import { connect } from '../../../portal/src/server/store/backup/connect.js';
import { restoreBackup } from '../../../portal/src/server/store/backup/restore-backup.js';
import { backupLines } from '../../../portal/src/server/store/backup/write-backup.js';
import { openPortalDatabase } from '../../../portal/src/server/store/database.js';
import { migrate } from '../../../portal/src/server/store/migrate.js';
import { TestCard } from '../../support/host-and-card/test-card.js';
import { openDatabase, type OwnDatabase } from '../../support/postgres.js';
import { everyOrSome } from '../../support/thorough.js';
import { openssl } from '../../unit/portal/openssl.js';
import { Browser, startTestPortal, TEST_VENDOR } from './support/test-portal.js';

const MIGRATIONS = inRepository('portal', 'migrations');
const SCRIPT = '0013-certificate-policies.sql';
/** The policies of portals before that script. */
const OLD = {
  proved: '2.25.135835350132055021589230653843650518002',
  unproved: '2.25.34517819234173437188034120473121088419',
};
const OWN = { proved: '1.3.6.1.4.1.55555.1', unproved: '1.3.6.1.4.1.55555.2' };
/** The defaults of a future portal. */
const TOMORROW = { proved: '1.3.6.1.4.1.55555.8', unproved: '1.3.6.1.4.1.55555.9' };

const [USER, DEVICE] = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'];
const POLICY = `INSERT INTO device_policies (model, policy, factory_secrets, updated_by) VALUES ('piv', '{}', 'sealed', 'portal');`;
const ACCOUNT = `INSERT INTO users (id, username, display_name, role, password_hash) VALUES ('${USER}', 'ada', 'Ada', 'operator', 'hash');`;
const CERTIFICATE = `
  INSERT INTO devices (id, owner_id, model, model_name, guid, state, proof, management_key)
  VALUES ('${DEVICE}', '${USER}', 'piv', 'PIV card', gen_random_uuid(), 'terminated', 'not-proved', 'configured');
  INSERT INTO certificates (id, device_id, slot, serial_number, subject, algorithm, der, proof, not_before, not_after)
  VALUES (gen_random_uuid(), '${DEVICE}', '9A', '01', 'CN=Ada', 'P-256', '', 'not-proved', now(), now());`;

let older: string;
beforeAll(async () => {
  older = await mkdtemp(join(tmpdir(), 'cardwright-older-'));
  for (const name of (await readdir(MIGRATIONS)).filter((one) => one < SCRIPT))
    await cp(join(MIGRATIONS, name), join(older, name));
});
afterAll(() => rm(older, { recursive: true, force: true }));

const databases: OwnDatabase[] = [];
afterEach(async () => {
  for (const database of databases.splice(0)) await database.stop();
});

async function emptyDatabase(): Promise<string> {
  const database = await openDatabase({ tables: false });
  databases.push(database);
  return database.url;
}

/** Makes a database as a portal before that script left it. */
async function olderDatabase(...rows: readonly string[]): Promise<string> {
  const url = await emptyDatabase();
  const connection = await connect({ url });
  await migrate(connection, older);
  for (const row of rows) await connection.run(row);
  await connection.close();
  return url;
}

/** Returns the policies that certificates state after the start of a portal. */
async function statedIn(
  url: string,
  settings: PolicySettings = {},
  defaults: CertificatePolicies = DEFAULT_CERTIFICATE_POLICIES,
): Promise<CertificatePolicies> {
  const store = await openPortalDatabase({ url });
  try {
    return await openCertificatePolicies(store.db, settings, defaults);
  } finally {
    await store.close();
  }
}

/** Restores a backup of a database into another one. */
async function moved(from: string): Promise<string> {
  const to = await emptyDatabase();
  const [source, target] = [await connect({ url: from }), await connect({ url: to })];
  await restoreBackup(target, withoutEnds(backupLines(source, new Date())), () => Promise.resolve());
  await Promise.all([source.close(), target.close()]);
  return to;
}

async function* withoutEnds(lines: AsyncIterable<string>): AsyncGenerator<string, void> {
  for await (const line of lines) yield line.trimEnd();
}

const INSTALLATIONS: readonly (readonly [string, () => Promise<string>, CertificatePolicies])[] = [
  ['it is new', () => emptyDatabase(), DEFAULT_CERTIFICATE_POLICIES],
  [
    'an older portal made its tables, and no one had an account',
    () => olderDatabase(POLICY),
    DEFAULT_CERTIFICATE_POLICIES,
  ],
  ['an older portal had an operator', () => olderDatabase(POLICY, ACCOUNT), OLD],
  ['an older portal had issued', () => olderDatabase(POLICY, ACCOUNT, CERTIFICATE), OLD],
  ['it is restored from a backup of an older portal', async () => moved(await olderDatabase(ACCOUNT)), OLD],
];
const KEPT_INSTALLATIONS = ['it is new', 'an older portal had issued'];

describe('an installation keeps the certificate policies that it started with, when', () => {
  it.each(everyOrSome(INSTALLATIONS, ([when]) => KEPT_INSTALLATIONS.includes(when)))(
    '%s',
    async (_, open, expected) => {
      const url = await open();
      expect(await statedIn(url)).toEqual(expected);
      expect(await statedIn(url, {}, TOMORROW)).toEqual(expected);
      expect(await statedIn(await moved(url), {}, TOMORROW)).toEqual(expected);
    },
  );

  it('several processes start it at once, each with other defaults', async () => {
    const store = await openPortalDatabase({ url: await emptyDatabase() });
    const starts = [DEFAULT_CERTIFICATE_POLICIES, TOMORROW, OWN, OLD].map((defaults) =>
      openCertificatePolicies(store.db, {}, defaults),
    );
    const stated = await Promise.all(starts);
    await store.close();
    expect(new Set(stated.map(({ proved, unproved }) => `${proved} ${unproved}`)).size).toBe(1);
  });

  it('init made it, and a later portal is the first to start', async () => {
    const url = await emptyDatabase();
    const folder = await mkdtemp(join(tmpdir(), 'cardwright-init-'));
    const password = join(folder, 'password');
    await writeFile(password, 'correct horse battery', { mode: 0o600 });
    try {
      const environment = { CARDWRIGHT_DATA: folder, DATABASE_URL: url };
      expect(await init(['--password-file', password], environment, () => undefined, undefined)).toBe(0);
      expect(await statedIn(url, {}, TOMORROW)).toEqual(DEFAULT_CERTIFICATE_POLICIES);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

const SETTINGS: readonly (readonly [string, PolicySettings, CertificatePolicies])[] = [
  ['both', OWN, OWN],
  ['the one of proved keys, beside the one that was kept', { proved: OWN.proved }, { ...OLD, proved: OWN.proved }],
  ['the other one', { unproved: OWN.unproved }, { ...OLD, unproved: OWN.unproved }],
  ['the placeholders, when someone wants them', DEFAULT_CERTIFICATE_POLICIES, DEFAULT_CERTIFICATE_POLICIES],
  ['what was kept, said once more', OLD, OLD],
];

describe('a setting comes first', () => {
  it.each(everyOrSome(SETTINGS, (_, index) => index === 1))('%s', async (_, settings, expected) => {
    const url = await olderDatabase(ACCOUNT);
    expect(await statedIn(url, settings)).toEqual(expected);
    // The setting is not stored as a policy that the installation started with.
    expect(await statedIn(url)).toEqual(OLD);
  });

  it.each([{ proved: OLD.unproved }, { unproved: OLD.proved }])(
    'refuses it if it equals the policy for the other kind of keys: %j',
    async (settings) => {
      const refusal = /^CARDWRIGHT_POLICY_OID_UNPROVED is not valid/;
      await expect(statedIn(await olderDatabase(ACCOUNT), settings)).rejects.toThrow(refusal);
    },
  );
});

const SET = { CARDWRIGHT_POLICY_OID_PROVED: OWN.proved, CARDWRIGHT_POLICY_OID_UNPROVED: OWN.unproved };
const STATED: readonly (readonly [string, () => Promise<string>, NodeJS.ProcessEnv, CertificatePolicies])[] = [
  ['the defaults of today, at a new portal', () => emptyDatabase(), {}, DEFAULT_CERTIFICATE_POLICIES],
  ['what it stated before, at an upgraded portal', () => olderDatabase(ACCOUNT), {}, OLD],
  ['what is set, at an upgraded portal', () => olderDatabase(ACCOUNT), SET, OWN],
];

describe('a certificate states', () => {
  it.each(everyOrSome(STATED, ([, , settings]) => settings === SET))(
    '%s',
    async (_, open, settings, { proved, unproved }) => {
      const portal = await startTestPortal({ DATABASE_URL: await open(), ...settings }, { everyKey: true });
      try {
        const alice = await Browser.login(portal, 'alice');
        for (const [card, oid] of [
          [new TestCard('yubikey', '38000001', TEST_VENDOR), proved],
          [new TestCard('piv', null, null), unproved],
        ] as const) {
          expect(await alice.relay(await alice.openHost(card))).toMatchObject({ deviceState: 'active' });
          expect([...card.certificates.values()].map(policyIn)).toEqual(Array.from({ length: 4 }, () => oid));
        }
      } finally {
        await portal.remove();
      }
    },
  );
});

/** @param der base64url */
function policyIn(der: string): string | undefined {
  const args = ['x509', '-inform', 'DER', '-noout', '-ext', 'certificatePolicies'];
  return /Policy: (\S+)/.exec(openssl(args, Buffer.from(der, 'base64url')))?.[1];
}
