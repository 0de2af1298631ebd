import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { readConfiguration } from '@cardwright/portal';
import { until } from '@cardwright/stage';
import { backup } from '../../../portal/src/server/commands/backup.js';
import { checkDatabase } from '../../../portal/src/server/commands/doctor/database.js';
import { restore } from '../../../portal/src/server/commands/restore.js';
import { createKeyFile } from '../../../portal/src/server/keys/key-ring.js';
import { connect, type SingleConnection } from '../../../portal/src/server/store/backup/connect.js';
import { openPortalDatabase } from '../../../portal/src/server/store/database.js';
import { LOCKS } from '../../../portal/src/server/store/advisory-locks.js';
import { PortalPresence } from '../../../portal/src/server/store/portal-presence.js';
import { openDatabase, type OwnDatabase } from '../../support/postgres.js';
import { ACCOUNTS } from './support/test-portal.js';

/** A restore over a PostgreSQL database that has content, as when an upgrade is rolled back. */

let server: OwnDatabase;
let folder: string;
let file: string;
let lines: string[];

beforeEach(async () => {
  server = await openDatabase({ accounts: ACCOUNTS });
  folder = await mkdtemp(join(tmpdir(), 'cardwright-replace-'));
  file = join(folder, 'before-upgrade.gz');
  lines = [];
  await createKeyFile(join(folder, 'keys.json'));
  expect(await backup([file], environment(), print)).toBe(0);
  // An upgrade may have made these, and people since.
  await run(`
    CREATE TABLE of_tomorrow (id uuid PRIMARY KEY, user_id uuid REFERENCES users (id), number serial);
    INSERT INTO migrations (name, sha256) VALUES ('9999-of-tomorrow.sql', '00');
    INSERT INTO audit (actor, event, outcome, detail) VALUES ('since', 'logout', 'ok', '{}');
    SELECT setval('crl_number', 42);`);
});
afterEach(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const print = (line: string) => void lines.push(line);
const environment = (): NodeJS.ProcessEnv => ({ DATABASE_URL: server.url, CARDWRIGHT_DATA: folder });

async function during<T>(work: (connection: SingleConnection) => Promise<T>): Promise<T> {
  const connection = await connect({ url: server.url });
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}
const run = (sql: string) => during((connection) => connection.run(sql));
const rows = (sql: string) => during((connection) => connection.rows(sql));
const replace = () => restore([file, '--replace'], environment(), print);
/** Advisory locks of this database that are waited for, or held: other tests use the same server. */
const locks = (which: string) =>
  rows(
    `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = ${LOCKS.presence} AND ${which}
     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
/** The findings of `doctor` about databases that were replaced. */
const replacedFindings = async () =>
  (await checkDatabase(readConfiguration(environment()), null)).findings.filter(({ text }) =>
    text.includes('replaced'),
  );
const countOf = async (table: string) => (await rows(`SELECT count(*)::int AS count FROM ${table}`))[0]?.count;

/** Checks that nothing was changed by a restore that failed. */
async function expectUntouched(): Promise<void> {
  expect(await rows(`SELECT name FROM migrations WHERE name LIKE '9999%'`)).toHaveLength(1);
  expect(await rows(`SELECT actor FROM audit WHERE actor = 'since'`)).toHaveLength(1);
  expect(await rows(`SELECT nspname FROM pg_namespace WHERE nspname LIKE 'replaced%'`)).toEqual([]);
}

it('puts the backup in place of a newer database, on which the portal of the backup then starts, and loses nothing', async () => {
  expect(await replace()).toBe(0);
  const schema = /^What was in the database before is in its schema (replaced_\d{8}_\d{6}),/.exec(
    lines.at(-2) ?? '',
  )?.[1];
  expect(lines.at(-1)).toBe(`Once nothing of it is needed any more: DROP SCHEMA ${schema} CASCADE;`);
  expect(await replacedFindings()).toEqual([
    {
      area: 'database',
      outcome: 'warning',
      text: `The schema ${schema} has a database that was replaced, with the passwords' hashes and the sealed PUKs of that time.`,
      advice: `Once nothing of it is needed any more, remove it with psql, as the owner of the database: DROP SCHEMA ${schema} CASCADE;`,
    },
  ]);
  await (await openPortalDatabase({ url: server.url })).close();
  expect(await countOf('users')).toBe(ACCOUNTS.length);
  expect(await rows(`SELECT to_regclass('of_tomorrow') AS found`)).toEqual([{ found: null }]);
  expect(await rows(`SELECT actor FROM ${schema}.audit WHERE actor = 'since'`)).toHaveLength(1);
  expect(await rows(`SELECT last_value::text FROM ${schema}.crl_number`)).toEqual([{ last_value: '42' }]);
  // The triggers of the new tables call the new functions, and the old ones are no longer needed.
  await run(`DROP SCHEMA ${schema} CASCADE`);
  // Another program may have schemas with a similar name.
  await run('CREATE SCHEMA replaced_parts; CREATE SCHEMA replacedx20261126_120000');
  expect(await replacedFindings()).toEqual([]);
  await expect(run(`DELETE FROM audit`)).resolves.toBeUndefined();
  await run(`INSERT INTO audit (actor, event, outcome, detail) VALUES ('now', 'logout', 'ok', '{}')`);
  await expect(run(`DELETE FROM audit`)).rejects.toThrow(/append/);
});

it('is not done without being asked for', async () => {
  await expect(restore([file], environment(), print)).rejects.toThrow(
    'this database is in use. Restore into an empty one, or replace its content with --replace',
  );
  await expectUntouched();
});

it('is refused while a portal runs, though the portal is idle', async () => {
  const presence = await PortalPresence.open(server.url);
  await expect(replace()).rejects.toThrow('a portal runs on it. Stop every portal that uses it');
  await presence.close();
  await expectUntouched();
  expect(await replace()).toBe(0);
});

it('is refused while any other session is open, such as that of an older portal', async () => {
  await during(async (other) => {
    await other.run(`SET application_name = 'older portal'`);
    await expect(replace()).rejects.toThrow(
      /end its other sessions first, which PostgreSQL calls \d+ \(older portal\)$/,
    );
  });
  await expectUntouched();
});

it('is refused while a portal migrates the tables', async () => {
  await during(async (other) => {
    await other.rows('SELECT pg_advisory_lock($1)', [LOCKS.migrations]);
    await expect(replace()).rejects.toThrow('a portal runs on it');
  });
  await expectUntouched();
});

it('leaves everything as it was if it fails half way', async () => {
  const packed = await readFile(file);
  await writeFile(file, packed.subarray(0, packed.length - 20));
  await expect(replace()).rejects.toThrow('the backup cannot be read: it is damaged');
  await expectUntouched();
});

it('lets a portal that starts meanwhile wait for its end', async () => {
  const waiting = await during(async (restoring) => {
    await restoring.run('BEGIN');
    await restoring.rows('SELECT pg_try_advisory_xact_lock($1)', [LOCKS.presence]);
    const opening = PortalPresence.open(server.url);
    await until(
      async () => {
        return (await locks('NOT granted')).length > 0 || undefined;
      },
      { what: 'a portal that waits' },
    );
    await restoring.run('ROLLBACK');
    return opening;
  });
  await waiting.close();
});

it('is refused again as soon as a portal whose connection was lost has another', async () => {
  const presence = await PortalPresence.open(server.url);
  const [before] = await locks('granted');
  await run(`SELECT pg_terminate_backend(${String(before?.pid)})`);
  await until(
    async () => {
      const [now] = await locks('granted');
      return (now !== undefined && now.pid !== before?.pid) || undefined;
    },
    { what: 'another connection' },
  );
  await expect(replace()).rejects.toThrow('a portal runs on it');
  await presence.close();
});

it('says which accounts, roles, passkeys and passwords came back, and what ends their sessions', async () => {
  const passkey = (name: string, username: string): string => `INSERT INTO sign_in_passkeys
    (id, user_id, credential_id, public_key, sign_count, transports, backed_up, name)
    SELECT gen_random_uuid(), id, '${name}', '', 0, '[]', false, '${name}' FROM users WHERE username = '${username}';`;
  await run(`DROP TABLE of_tomorrow; DELETE FROM migrations WHERE name = '9999-of-tomorrow.sql'`);
  await run(passkey('lost', 'olga') + passkey('kept', 'olga'));
  const before = join(folder, 'before-taking.gz');
  expect(await backup([before], environment(), print)).toBe(0);
  await run(`
    UPDATE users SET disabled_at = now() WHERE username = 'bob';
    UPDATE users SET deleted_at = now(), password_hash = NULL WHERE username = 'alice';
    UPDATE users SET password_hash = 'another' WHERE username = 'olga';
    DELETE FROM user_roles WHERE role <> 'user' AND user_id = (SELECT id FROM users WHERE username = 'oscar');
    DELETE FROM sign_in_passkeys WHERE name = 'lost';`);
  lines = [];
  expect(await restore([before, '--replace'], environment(), print)).toBe(0);
  expect(lines.slice(1, -2)).toEqual([
    'These have back what was taken from them or changed since:',
    '  olga: 1 passkey; an earlier password',
    '  oscar: roles administrator, operator',
    '  alice: was deleted; an earlier password',
    '  bob: was disabled',
    expect.stringContaining('`cardwright-portal account disable NAME`'),
    expect.stringContaining('`cardwright-portal account end-sessions NAME`, or `--all`'),
  ]);
  lines = [];
  await run('DROP SCHEMA public CASCADE; CREATE SCHEMA public;');
  expect(await restore([before], environment(), print)).toBe(0);
  expect(lines.slice(1, -2)).toEqual([
    'These sign in again as they did then, whatever was taken from them since, with the password of that time:',
    '  olga: administrator, operator, user; 2 passkeys',
    '  oscar: administrator, operator, user; 0 passkeys',
    '  and 2 with no role but that of a user: `cardwright-portal account list` prints all.',
  ]);
});

it('says that nothing came back if nothing was taken', async () => {
  expect(await replace()).toBe(0);
  expect(lines).toContain('No account, role, passkey or password came back.');
});
