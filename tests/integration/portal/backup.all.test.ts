import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readConfiguration, startPortal } from '@cardwright/portal';
import { backup } from '../../../portal/src/server/commands/backup.js';
import { restore } from '../../../portal/src/server/commands/restore.js';
import { backupFromPortal } from '../../../portal/src/server/control/ask-portal.js';
import { socketIn } from '../../../portal/src/server/control/control-socket.js';
import { createKeyFile } from '../../../portal/src/server/keys/key-ring.js';
import { connect } from '../../../portal/src/server/store/backup/connect.js';
import { KEPT_TABLES, type Header } from '../../../portal/src/server/store/backup/format.js';
import { openPortalDatabase } from '../../../portal/src/server/store/database.js';
import type { DatabaseLocation } from '../../../portal/src/server/store/location.js';
import { devices, supportFiles } from '../../../portal/src/server/store/schema.js';
import { startOwnPostgres } from '../../support/postgres.js';
import type { PrivatePostgres } from '@cardwright/stage';
import { TestCard } from '../../support/host-and-card/test-card.js';
import { Browser, listDevices, startEmbeddedPortal, TEST_VENDOR, type TestPortal } from './support/test-portal.js';
import { expectOnlyPrinted } from '../../support/printed-lines.js';

expectOnlyPrinted(/^The embedded database in .* is no longer used/);

const CRL_NUMBERS_SKIPPED = 1_000_000;

let portal: TestPortal;
let postgres: PrivatePostgres;
let file: string;
let keys: string;
/** Backup that the portal made while it ran. */
let running: string;
const card = new TestCard('yubikey', '77000001', TEST_VENDOR);
const lines: string[] = [];
const print = (line: string) => void lines.push(line);

beforeAll(async () => {
  [portal, postgres] = await Promise.all([startEmbeddedPortal(), startOwnPostgres()]);
  const alice = await Browser.login(portal, 'alice');
  expect(await alice.relay(await alice.openHost(card))).toMatchObject({ deviceState: 'active' });
  await fetch(`http://127.0.0.1:${portal.port}/ca/crl.der`).then((answer) => answer.arrayBuffer());
  running = join(portal.folder, 'running.gz');
  await backupFromPortal(socketIn(portal.folder), createWriteStream(running));
  await portal.close();
  keys = join(portal.folder, 'keys.json');
  const store = await openPortalDatabase({ folder: join(portal.folder, 'database') });
  const [device] = await store.db.select().from(devices);
  await store.db.insert(supportFiles).values({
    id: '00000000-0000-4000-8000-000000000001',
    deviceId: device?.id ?? '',
    addedBy: 'olga',
    madeBy: 'host',
    failed: 0,
    checks: 1,
    size: 4,
    packed: Buffer.from([0, 255, 92, 10]),
  });
  await store.close();
  file = join(portal.folder, 'backup.gz');
  expect(await backup([file], environmentOf({}), print)).toBe(0);
});
afterAll(async () => {
  await postgres.stop();
  await rm(portal.folder, { recursive: true, force: true });
});

const environmentOf = (change: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  PORT: '0',
  CARDWRIGHT_DATA: portal.folder,
  CARDWRIGHT_KEYS: keys,
  ...change,
});

/** Reads everything that is kept, as the database writes it. */
async function contentOf(location: DatabaseLocation): Promise<Record<string, unknown>> {
  const connection = await connect(location);
  try {
    const content: Record<string, unknown> = {};
    for (const table of KEPT_TABLES)
      content[table] = await connection.rows(`SELECT to_jsonb(kept)::text AS row FROM ${table} AS kept ORDER BY 1`);
    return { ...content, crl_revision: undefined };
  } finally {
    await connection.close();
  }
}

/** Creates a separate database on the server. */
async function newDatabase(name: string): Promise<string> {
  const connection = await connect({ url: postgres.url });
  await connection.run(`CREATE DATABASE ${name}`);
  await connection.close();
  const url = new URL(postgres.url);
  url.pathname = `/${name}`;
  return url.href;
}

const isThere = async (location: DatabaseLocation, table: string): Promise<unknown> => {
  const connection = await connect(location);
  try {
    const [row] = await connection.rows(`SELECT to_regclass('${table}') IS NOT NULL AS there`);
    return row?.there;
  } finally {
    await connection.close();
  }
};

describe('a backup', () => {
  it('of a running portal has the same rows, besides what came since', async () => {
    const linesIn = async (name: string) =>
      gunzipSync(await readFile(name))
        .toString()
        .split('\n')
        .slice(1, -2);
    const later = new Set(await linesIn(file));
    const [first, ...others] = (await linesIn(running)).filter((line) => !later.has(line));
    // A table without rows has no line, so a support file that came later is no difference of the first backup.
    expect([first, others]).toEqual([undefined, []]);
    const folder = join(portal.folder, 'of-running');
    await mkdir(folder);
    expect(await restore([running], environmentOf({ CARDWRIGHT_DATA: folder }), () => undefined)).toBe(0);
  });

  it('can be read only by its owner, names what it lacks, and has no key in it', async () => {
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(lines).toEqual([
      `Wrote ${file}: 4 users, 1 devices.`,
      'The keys are not in it. Without the key file it cannot be restored: keep a copy of that elsewhere.',
    ]);
    const text = gunzipSync(await readFile(file)).toString();
    const secrets = JSON.parse(await readFile(keys, 'utf8')) as Record<string, { d?: string; key?: { d: string } }>;
    for (const { d, key } of Object.values(secrets)) expect(text).not.toContain(d ?? key?.d);
    expect(text).not.toMatch(/token_hash/);
  });

  it('overwrites no other file, and is not made of a missing database', async () => {
    const before = await readFile(file);
    await expect(backup([file], environmentOf({}), print)).rejects.toThrow(/EEXIST/);
    expect(await readFile(file)).toEqual(before);
    const elsewhere = environmentOf({ CARDWRIGHT_DATA: join(portal.folder, 'nothing') });
    await expect(backup([join(portal.folder, 'other.gz')], elsewhere, print)).rejects.toThrow(/there is no database/);
  });

  it('leaves no file behind if it fails', async () => {
    const broken = environmentOf({ DATABASE_URL: 'postgres://nobody:wrong@127.0.0.1:1/none' });
    await expect(backup([join(portal.folder, 'broken.gz')], broken, print)).rejects.toThrow();
    await expect(stat(join(portal.folder, 'broken.gz'))).rejects.toThrow(/ENOENT/);
  });

  it('is not made of an embedded database that is in use', async () => {
    await writeFile(join(portal.folder, 'portal.pid'), String(process.ppid));
    await expect(backup([join(portal.folder, 'other.gz')], environmentOf({}), print)).rejects.toThrow(
      /Stop the portal/,
    );
    await rm(join(portal.folder, 'portal.pid'));
  });
});

describe.each(['PostgreSQL', 'the embedded database'])('restored into %s', (engine) => {
  let location: DatabaseLocation;
  let environment: NodeJS.ProcessEnv;
  beforeAll(async () => {
    if (engine === 'PostgreSQL') {
      const url = await newDatabase('restored');
      [location, environment] = [{ url }, environmentOf({ DATABASE_URL: url })];
    } else {
      const folder = join(portal.folder, 'restored');
      await mkdir(folder);
      [location, environment] = [{ folder: join(folder, 'database') }, environmentOf({ CARDWRIGHT_DATA: folder })];
    }
    expect(await restore([file], environment, print)).toBe(0);
  });

  it('is unchanged, and its next CRL has an unused number', async () => {
    const before = await contentOf({ folder: join(portal.folder, 'database') });
    expect(await contentOf(location)).toEqual(before);
    const [line = ''] = gunzipSync(await readFile(file))
      .toString()
      .split('\n');
    const { sequences } = JSON.parse(line) as Header;
    const connection = await connect(location);
    const [next] = await connection.rows(`SELECT nextval('crl_number')::text AS number`);
    await connection.close();
    expect(Number(next?.number)).toBe(Number(sequences.crl_number) + CRL_NUMBERS_SKIPPED + 1);
  });

  it('is a portal that still manages the device, and can open its escrows', async () => {
    const again = await startPortal({ ...readConfiguration(environment), accounts: [] });
    try {
      const alice = await Browser.login(again, 'alice');
      expect((await listDevices(alice)).devices).toMatchObject([{ serial: '77000001', state: 'active' }]);
      const second = new TestCard('yubikey', '77000002', TEST_VENDOR);
      expect(await alice.relay(await alice.openHost(second))).toMatchObject({ deviceState: 'active' });
    } finally {
      await again.close();
    }
  });

  it('is not overwritten by another restore', async () => {
    await expect(restore([file], environment, print)).rejects.toThrow('this database is in use');
  });
});

describe('a restore', () => {
  let url: string;
  beforeAll(async () => {
    url = await newDatabase('untouched');
  });

  it.each([
    ['other keys', /^these are not the keys/],
    ['no keys', /^there are no keys/],
  ])('is refused with %s', async (keysOf, refusal) => {
    const data = join(portal.folder, keysOf.replaceAll(' ', '-'));
    await mkdir(data, { mode: 0o700 });
    if (keysOf === 'other keys') await createKeyFile(join(data, 'keys.json'));
    const environment = environmentOf({ DATABASE_URL: url, CARDWRIGHT_DATA: data, CARDWRIGHT_KEYS: '' });
    await expect(restore([file], environment, print)).rejects.toThrow(refusal);
    expect(await isThere({ url }, 'migrations')).toBe(false);
  });
});
