import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import pg from 'pg';
import { readConfiguration } from '@cardwright/portal';
import { checkDatabase } from '../../../portal/src/server/commands/doctor/database.js';
import { openPortalDatabase } from '../../../portal/src/server/store/database.js';
import { readMigrations } from '../../../portal/src/server/store/migrate.js';
import { openDatabase, type OwnDatabase } from '../../support/postgres.js';

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
