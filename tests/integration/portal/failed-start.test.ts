import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readConfiguration, startPortal, type Configuration } from '@cardwright/portal';
import { layDatabase, openAppleAuthority, until } from '@cardwright/stage';
import { sql } from 'drizzle-orm';
import * as v from 'valibot';
import { createKeyFile } from '../../../portal/src/server/keys/key-ring.js';
import { readMobileSettings } from '../../../portal/src/server/mobile/read-settings.js';
import { writtenMobileSettings, type MobileSettings } from '../../../portal/src/server/mobile/settings.js';
import { openPortalDatabase, type PortalDatabase } from '../../../portal/src/server/store/database.js';
import { devicePolicies } from '../../../portal/src/server/store/schema.js';
import { openDatabase, type OwnDatabase } from '../../support/postgres.js';
import { thoroughIt } from '../../support/thorough.js';

let folder: string;
let database: OwnDatabase;
let store: PortalDatabase;
let taken: Server;
let otherKeys: string;
let mobile: MobileSettings;
/** Configuration with which the portal would start. */
let sound: Configuration;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cardwright-start-'));
  database = await openDatabase();
  sound = readConfiguration({ PORT: '0', CARDWRIGHT_DATA: folder, DATABASE_URL: database.url });
  await (await startPortal(sound)).close();
  store = await openPortalDatabase({ url: database.url });
  otherKeys = await createKeyFile(join(folder, 'other-keys.json'));
  const root = join(folder, 'root.pem');
  await writeFile(root, (await openAppleAuthority()).rootPem);
  mobile = readMobileSettings(
    v.parse(writtenMobileSettings, { organization: 'Example Ltd', deviceAuthorities: [root] }),
  );
  taken = createServer().listen(0, '127.0.0.1');
  await until(() => taken.listening, { what: 'a port that is taken' });
});
afterAll(async () => {
  taken.close();
  await store.close();
  await database.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Milliseconds: less than the ten seconds after which a pool closes idle connections by itself. */
const BEFORE_IDLE = 8_000;

const takenPort = (): number => (taken.address() as AddressInfo).port;

const OTHERS = sql<number>`(
  SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
)`;

/** True if nobody but the test is connected to the database. */
async function isUnused(): Promise<boolean> {
  const [row] = await store.db.select({ others: OTHERS }).from(devicePolicies).limit(1);
  return row?.others === 0;
}

const ownPasskeys: Configuration['passkeyServices'][number] = {
  kind: 'webauthn',
  name: 'own',
  title: { en: 'This portal' },
  aaguids: [],
  roots: [],
  intermediates: [],
  unattested: 'accept',
  lifetime: 300,
};

/** A fault of the configuration and its error, by the part that fails. */
const failing: Readonly<Record<string, readonly [change: () => Partial<Configuration>, message: RegExp]>> = {
  'the key ring': [() => ({ keys: '{}' }), /key file is not valid/],
  'the fit of keys and database': [() => ({ keys: otherKeys }), /not the keys of this database/],
  'the certificate policies': [
    () => ({ certificatePolicies: { proved: '1.3.6.1.4.1.32473.9', unproved: '1.3.6.1.4.1.32473.9' } }),
    /CARDWRIGHT_POLICY_OID_UNPROVED/,
  ],
  'the passkey services': [
    () => ({ passkeyServices: [ownPasskeys], origin: 'https://192.0.2.7' }),
    /need an origin with a domain name/,
  ],
  'the device policies': [
    () => ({ devicePolicies: withImpossiblePins(sound.devicePolicies) }),
    /parameters aren't valid/,
  ],
  'the authority': [
    () => ({ authority: { ...sound.authority, module: join(folder, 'none.mjs') } }),
    /CARDWRIGHT_AUTHORITY/,
  ],
  'the mobile devices': [() => ({ mobile }), /no phones today/],
  'the server': [() => ({ port: takenPort() }), /EADDRINUSE/],
};

function withImpossiblePins(policies: Configuration['devicePolicies']): Configuration['devicePolicies'] {
  return Object.fromEntries(
    Object.entries(policies).map(([model, { policy, factory }]) => {
      const pinRules = { ...policy.pinRules, minLength: 8, maxLength: 6 };
      return [model, { policy: { ...policy, pinRules }, factory }];
    }),
  );
}

describe('a portal that cannot start', () => {
  it.each(Object.keys(failing))('because of %s leaves no connection to its database', async (what) => {
    const [change, message] = failing[what] ?? [];
    await expect(
      startPortal({ ...sound, ...change?.() }, () => Promise.reject(new Error('no phones today'))),
    ).rejects.toThrow(message);
    await until(isUnused, { what: 'a database that nobody uses', timeout: BEFORE_IDLE });
  });

  thoroughIt('leaves an embedded database unmarked, which then opens again', async () => {
    const data = join(folder, 'embedded');
    await mkdir(data);
    layDatabase(data);
    const embedded: Configuration = { ...sound, dataFolder: data, database: { folder: join(data, 'database') } };
    await expect(startPortal({ ...embedded, port: takenPort() })).rejects.toThrow(/EADDRINUSE/);
    expect(existsSync(join(data, 'portal.pid'))).toBe(false);
    const portal = await startPortal(embedded);
    expect(existsSync(join(data, 'portal.pid'))).toBe(true);
    await portal.close();
    expect(existsSync(join(data, 'portal.pid'))).toBe(false);
  });

  it('leaves no mark beside a database that cannot be opened', async () => {
    const data = join(folder, 'damaged');
    await mkdir(data);
    await writeFile(join(data, 'database'), 'no folder');
    await expect(
      startPortal({ ...sound, dataFolder: data, database: { folder: join(data, 'database') } }),
    ).rejects.toThrow();
    expect(existsSync(join(data, 'portal.pid'))).toBe(false);
  });
});
