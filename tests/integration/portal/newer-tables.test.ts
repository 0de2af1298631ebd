import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import pg from 'pg';
import { readConfiguration } from '@cardwright/portal';
import { freePort, layDatabase, until } from '@cardwright/stage';
import { checkDatabase } from '../../../portal/src/server/commands/doctor/database.js';
import { connect } from '../../../portal/src/server/store/backup/connect.js';
import { backupLines } from '../../../portal/src/server/store/backup/write-backup.js';
import { openPortalDatabase } from '../../../portal/src/server/store/database.js';
import { readMigrations } from '../../../portal/src/server/store/migrate.js';
import { openDatabase, type OwnDatabase } from '../../support/postgres.js';
import { startTestPortal } from './support/test-portal.js';
import { thoroughIt } from '../../support/thorough.js';

/** A database that a portal of the next version has changed already. */

const NEXT = '9999-next.sql';

let server: OwnDatabase;
let client: pg.Client;
let newest: string;
beforeAll(async () => {
  server = await openDatabase();
  client = new pg.Client({ connectionString: server.url });
  await client.connect();
  newest = (await readMigrations()).at(-1)?.name.slice(0, 4) ?? '';
});
beforeEach(() => client.query('DELETE FROM migrations WHERE name = $1', [NEXT]));
afterAll(async () => {
  await client.end();
  await server.stop();
});

const changed = (runsWith: string | null) =>
  client.query('INSERT INTO migrations (name, sha256, runs_with) VALUES ($1, $2, $3)', [NEXT, 'x', runsWith]);
const start = async (): Promise<void> => (await openPortalDatabase(server)).close();
const findings = async (): Promise<readonly object[]> =>
  (await checkDatabase(readConfiguration({ DATABASE_URL: server.url }), null)).findings;

it('is used by the version before, if it was only expanded', async () => {
  await changed(newest);
  await start();
  expect(await findings()).toContainEqual(
    expect.objectContaining({
      outcome: 'ok',
      text: `PostgreSQL of a newer portal (${NEXT}), with which this one runs.`,
    }),
  );
});

it.each([
  ['more than expanded', null],
  ['expanded from one that this version does not know', '9998'],
])('is not used if it was %s', async (_, runsWith) => {
  await changed(runsWith);
  await expect(start()).rejects.toThrow(`a newer portal has changed this database (${NEXT})`);
  expect(await findings()).toContainEqual(
    expect.objectContaining({ outcome: 'problem', text: `PostgreSQL of a newer portal: it has ${NEXT}.` }),
  );
});

it('keeps a portal from listening, and is not backed up by it', async () => {
  await changed(null);
  await expect(startTestPortal({ DATABASE_URL: server.url })).rejects.toThrow(
    /newer portal .* Install the newer version/,
  );
  const connection = await connect(server);
  try {
    await expect(backupLines(connection, new Date()).next()).rejects.toThrow('Make the backup with that one');
  } finally {
    await connection.close();
  }
});

it('makes a portal not ready that runs on it already', async () => {
  const port = await freePort();
  const portal = await startTestPortal({ DATABASE_URL: server.url, CARDWRIGHT_MONITOR_PORT: String(port) });
  const answer = async (): Promise<string> => (await fetch(`http://127.0.0.1:${port}/readyz`)).text();
  try {
    expect(await answer()).toContain('migrations ok\n');
    await changed(null);
    await until(async () => (await answer()).includes('database ok\nmigrations failed\n'), {
      what: 'the portal is not ready',
    });
  } finally {
    await portal.remove();
  }
});

thoroughIt('is not used if it is embedded either', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cardwright-newer-'));
  try {
    layDatabase(folder);
    const location = { folder: join(folder, 'database') };
    const database = await openPortalDatabase(location);
    await database.db.execute(sql`INSERT INTO migrations (name, sha256) VALUES (${NEXT}, 'x')`);
    await database.close();
    await expect(openPortalDatabase(location)).rejects.toThrow(`a newer portal has changed this database (${NEXT})`);
    const checked = await checkDatabase(readConfiguration({ CARDWRIGHT_DATA: folder }), null);
    expect(checked.findings).toContainEqual(
      expect.objectContaining({ outcome: 'problem', text: `Embedded database of a newer portal: it has ${NEXT}.` }),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('is not used if only one of two scripts expanded it', async () => {
  await changed(newest);
  await client.query(`INSERT INTO migrations (name, sha256) VALUES ('9998-contracting.sql', 'x')`);
  await expect(start()).rejects.toThrow('9998-contracting.sql');
  await client.query(`DELETE FROM migrations WHERE name = '9998-contracting.sql'`);
});

it('tells from which version on an older portal runs with each script that says so', async () => {
  const migrations = await readMigrations();
  for (const { name, sql, runsWith } of migrations) {
    expect([name, sql.includes('-- runs with'), runsWith !== null]).toEqual([
      name,
      runsWith !== null,
      runsWith !== null,
    ]);
    if (runsWith !== null) expect([name, runsWith < name.slice(0, 4)]).toEqual([name, true]);
  }
  expect(migrations.some(({ runsWith }) => runsWith !== null)).toBe(true);
});
