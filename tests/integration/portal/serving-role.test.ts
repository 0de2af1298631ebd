import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { sql } from 'drizzle-orm';
import pg from 'pg';
import * as v from 'valibot';
import { readConfiguration } from '@cardwright/portal';
import { checkDatabase } from '../../../portal/src/server/commands/doctor/database.js';
import { record } from '../../../portal/src/server/audit.js';
import { openPortalDatabase, type PortalDatabase } from '../../../portal/src/server/store/database.js';
import type { ServerLocation } from '../../../portal/src/server/store/location.js';
import { openDatabase, type OwnDatabase } from '../../support/postgres.js';

/** The role of PostgreSQL as which a portal works, and what it may not do. */

const PASSWORD = 'x'.repeat(43);
const NOT_PERMITTED = { cause: { code: '42501' } };

let server: OwnDatabase;
let admin: pg.Client;
let store: PortalDatabase | undefined;
const roles: string[] = [];

beforeAll(async () => {
  server = await openDatabase();
  admin = new pg.Client({ connectionString: server.url });
  await admin.connect();
});
beforeEach(() => {
  jest.spyOn(console, 'error').mockImplementation(() => undefined);
});
afterEach(async () => {
  await close();
  jest.restoreAllMocks();
});
afterAll(async () => {
  await admin.end();
  await server.stop();
});

const open = async (location: ServerLocation = server, password: string | null = PASSWORD): Promise<PortalDatabase> =>
  (store = await openPortalDatabase(location, password));
async function close(): Promise<void> {
  await store?.close();
  store = undefined;
}
const roleOf = async ({ db }: PortalDatabase): Promise<string> =>
  v.parse(
    v.object({ rows: v.tuple([v.object({ role: v.string() })]) }),
    await db.execute(sql`SELECT current_user AS role`),
  ).rows[0].role;
const databaseOf = (url: string): string => new URL(url).pathname.slice(1);
const warnings = (): string => jest.mocked(console.error).mock.calls.flat().join('\n');
const judged = async ({ url, ownerUrl }: ServerLocation): Promise<readonly object[]> => {
  const configuration = readConfiguration({ DATABASE_URL: url, CARDWRIGHT_DATABASE_OWNER_URL: ownerUrl ?? '' });
  return (await checkDatabase(configuration, null)).findings;
};

/** Makes a role with a password of its own, and returns the address of the server's database for it. */
async function addRole(rights: string, url = server.url): Promise<string> {
  const name = `role_${randomBytes(6).toString('hex')}`;
  const password = randomBytes(8).toString('hex');
  await admin.query(`CREATE ROLE ${name} LOGIN ${rights} PASSWORD '${password}'`);
  roles.push(name);
  const address = new URL(url);
  address.username = name;
  address.password = password;
  return address.href;
}

/** Makes a database whose owner is no superuser. */
async function ownedDatabase(rights: string): Promise<OwnDatabase> {
  const own = await openDatabase({ tables: false });
  const url = await addRole(rights, own.url);
  await admin.query(`ALTER DATABASE ${databaseOf(own.url)} OWNER TO ${new URL(url).username}`);
  return { url, stop: () => own.stop() };
}

describe('the role that serves', () => {
  it('is made by a portal that owned its tables until now, which serves with what was in them', async () => {
    const before = await open(server, null);
    await record(before.db, { actor: 'portal', event: 'login' });
    await close();
    const after = await open();
    expect(await roleOf(after)).toBe(`${databaseOf(server.url)}_serve`);
    await record(after.db, { actor: 'portal', event: 'logout' });
    expect(await after.db.execute(sql`SELECT event FROM audit ORDER BY id`)).toMatchObject({
      rows: [{ event: 'login' }, { event: 'logout' }],
    });
    expect(warnings()).toBe('');
    expect(await judged(server)).toContainEqual(
      expect.objectContaining({ outcome: 'ok', text: expect.stringContaining('owns none of its tables') }),
    );
  });

  const attacks = [
    'ALTER TABLE audit DISABLE TRIGGER audit_is_append_only',
    'ALTER TABLE audit DISABLE TRIGGER ALL',
    'ALTER TABLE audit DROP COLUMN actor',
    'ALTER TABLE audit RENAME TO audit_of_yesterday',
    'ALTER TABLE operation_events DISABLE TRIGGER ALL',
    'DROP TRIGGER audit_is_append_only ON audit',
    'DROP TABLE audit',
    'TRUNCATE audit',
    'TRUNCATE operation_events',
    "UPDATE audit SET actor = 'nobody'",
    'DELETE FROM audit',
    "UPDATE operation_events SET actor = 'nobody'",
    'DELETE FROM operation_events',
    "SET session_replication_role = 'replica'",
    'SET ROLE cardwright',
    'SET SESSION AUTHORIZATION cardwright',
    'GRANT cardwright TO CURRENT_USER',
    'CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$',
    'CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$',
    'CREATE TABLE mine (at timestamptz)',
    'CREATE TRIGGER late BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION refuse_change()',
    'CREATE RULE none AS ON INSERT TO audit DO INSTEAD NOTHING',
    'ALTER ROLE CURRENT_USER CREATEROLE',
    "INSERT INTO migrations (name, sha256) VALUES ('9999-mine.sql', 'x')",
    "UPDATE migrations SET sha256 = 'x'",
    "SELECT setval('crl_number', 1)",
    "COPY audit TO PROGRAM 'cat'",
  ];
  it('is refused whatever would change the logs, the tables or the role', async () => {
    const { db } = await open();
    await record(db, { actor: 'portal', event: 'login' });
    for (const attack of attacks) {
      const failure: unknown = await db.execute(sql.raw(attack)).then(
        () => 'permitted',
        (error: unknown) => error,
      );
      expect({ attack, failure }).toMatchObject({ attack, failure: NOT_PERMITTED });
    }
  });

  it('owns nothing in the cluster', async () => {
    const role = await roleOf(await open());
    const owned = await admin.query(`SELECT FROM pg_shdepend WHERE refobjid = $1::text::regrole AND deptype = 'o'`, [
      role,
    ]);
    expect(owned.rows).toEqual([]);
  });

  it('gets another password where other keys had made the role', async () => {
    await open();
    await close();
    expect(await roleOf(await open(server, 'y'.repeat(43)))).toBe(`${databaseOf(server.url)}_serve`);
    expect(warnings()).toBe('');
  });

  it('is made by an owner that may create roles, and is no superuser', async () => {
    const own = await ownedDatabase('CREATEROLE');
    try {
      const opened = await open(own);
      expect(await roleOf(opened)).toBe(`${databaseOf(own.url)}_serve`);
      await expect(opened.db.execute(sql`ALTER TABLE audit DISABLE TRIGGER ALL`)).rejects.toMatchObject(NOT_PERMITTED);
      await close();
    } finally {
      await own.stop();
    }
  });

  it('is the owner where that one may create no role: the log and the doctor say so', async () => {
    const own = await ownedDatabase('');
    try {
      const opened = await open(own);
      expect(await roleOf(opened)).toBe(new URL(own.url).username);
      expect(warnings()).toContain('The portal serves as the role that owns its tables');
      await close();
      expect(await judged(own)).toContainEqual(
        expect.objectContaining({ outcome: 'warning', text: expect.stringContaining('owns its tables') }),
      );
    } finally {
      await own.stop();
    }
  });

  it('is never one of that name that was given more rights', async () => {
    const other = await openDatabase();
    const name = `${databaseOf(other.url)}_serve`;
    await admin.query(`CREATE ROLE ${name} LOGIN CREATEROLE`);
    try {
      expect(await roleOf(await open(other))).toBe('cardwright');
      expect(warnings()).toContain(`there is a role ${name} that the portal has not made`);
      await close();
    } finally {
      await other.stop();
      await admin.query(`DROP ROLE ${name}`);
    }
  });

  it('is the one of the settings, if they also have that of the owner', async () => {
    const own = await ownedDatabase('');
    const url = await addRole('', own.url);
    try {
      const opened = await open({ url, ownerUrl: own.url });
      expect(await roleOf(opened)).toBe(new URL(url).username);
      await record(opened.db, { actor: 'portal', event: 'login' });
      await expect(opened.db.execute(sql`ALTER TABLE audit DISABLE TRIGGER ALL`)).rejects.toMatchObject(NOT_PERMITTED);
      await close();
      expect(await judged({ url, ownerUrl: own.url })).toContainEqual(expect.objectContaining({ outcome: 'ok' }));
    } finally {
      await own.stop();
    }
  });

  it('is not used if the settings have the owner twice', async () => {
    const own = await ownedDatabase('');
    try {
      await expect(open({ url: own.url, ownerUrl: own.url })).rejects.toThrow('could change the tables themselves');
    } finally {
      await own.stop();
    }
  });
});
