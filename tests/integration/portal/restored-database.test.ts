import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { backup } from '../../../portal/src/server/commands/backup.js';
import { restore } from '../../../portal/src/server/commands/restore.js';
import { createKeyFile } from '../../../portal/src/server/keys/key-ring.js';
import { connect } from '../../../portal/src/server/store/backup/connect.js';
import { KEPT_TABLES, LEFT_OUT } from '../../../portal/src/server/store/backup/format.js';
import { openDatabase, type OwnDatabase } from '../../support/postgres.js';
import { ACCOUNTS } from './support/test-portal.js';

/** A restore into an empty PostgreSQL database. `backup.all.test.ts` has one of a portal that has issued, on both engines. */

const LAST_CRL = 41;
const CRL_NUMBERS_SKIPPED = 1_000_000;

let backedUp: OwnDatabase;
let empty: OwnDatabase;
let folder: string;
let file: string;

beforeAll(async () => {
  [backedUp, empty] = await Promise.all([openDatabase({ accounts: ACCOUNTS }), openDatabase({ tables: false })]);
  folder = await mkdtemp(join(tmpdir(), 'cardwright-restore-'));
  file = join(folder, 'backup.gz');
  await createKeyFile(join(folder, 'keys.json'));
  await rowsOf(
    backedUp,
    `INSERT INTO audit (actor, event, outcome, detail) VALUES ('olga', 'logout', 'ok', '{}') RETURNING 1`,
  );
  await rowsOf(backedUp, `SELECT setval('crl_number', ${LAST_CRL})`);
  expect(await backup([file], environmentOf(backedUp), ignore)).toBe(0);
});
afterAll(async () => {
  await Promise.all([backedUp.stop(), empty.stop(), rm(folder, { recursive: true, force: true })]);
});

const ignore = (): void => undefined;
const environmentOf = ({ url }: OwnDatabase): NodeJS.ProcessEnv => ({ DATABASE_URL: url, CARDWRIGHT_DATA: folder });

async function rowsOf({ url }: OwnDatabase, sql: string): Promise<Record<string, unknown>[]> {
  const connection = await connect({ url });
  try {
    return [...(await connection.rows(sql))];
  } finally {
    await connection.close();
  }
}

/** Reads everything that is kept, as the database writes it. */
const contentOf = (database: OwnDatabase): Promise<unknown[]> =>
  Promise.all(
    KEPT_TABLES.filter((table) => table !== 'crl_revision').map((table) =>
      rowsOf(database, `SELECT to_jsonb(kept)::text AS row FROM ${table} AS kept ORDER BY 1`),
    ),
  );

const whole = async (): Promise<string> => gunzipSync(await readFile(file)).toString();

describe('a backup', () => {
  it('keeps every table but those that are left out on purpose', async () => {
    const tables = await rowsOf(backedUp, `SELECT tablename FROM pg_tables WHERE schemaname = 'public'`);
    expect(tables.map(({ tablename }) => tablename).sort()).toEqual([...KEPT_TABLES, ...LEFT_OUT].sort());
  });

  it('can be read only by its owner', async () => {
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });
});

describe('a restore', () => {
  /** Tries to restore a changed backup, and expects that the database is still empty. @returns the exit code, or the error's words */
  const attempt = async (text: string | Buffer): Promise<unknown> => {
    const name = join(folder, 'attempt.gz');
    await writeFile(name, typeof text === 'string' ? gzipSync(text) : text);
    const failure = await restore([name], environmentOf(empty), ignore).catch((error: unknown) =>
      error instanceof Error ? error.message : String(error),
    );
    expect(await rowsOf(empty, `SELECT to_regclass('migrations') AS found`)).toEqual([{ found: null }]);
    return failure;
  };

  it('is refused from a backup that was cut off, anywhere', async () => {
    const packed = await readFile(file);
    expect(await attempt(packed.subarray(0, packed.length - 20))).toBe('the backup cannot be read: it is damaged');
    const lines = (await whole()).trimEnd().split('\n');
    for (const kept of [1, lines.length - 1])
      expect(await attempt(`${lines.slice(0, kept).join('\n')}\n`)).toBe('the backup is not whole');
  });

  it('is refused from a backup that lacks rows', async () => {
    const text = await whole();
    const lines = text.split('\n');
    const at = lines.findIndex((line) => line.startsWith('{"table":"audit"'));
    expect(await attempt([...lines.slice(0, at), ...lines.slice(at + 2)].join('\n'))).toBe('the backup is not whole');
    const more = text.replace('{"table":"audit","count":', '{"table":"audit","count":1');
    expect(await attempt(more)).toBe('the backup is not whole');
  });

  it('is refused from a backup that names other tables, or hides commands in a name', async () => {
    const text = await whole();
    for (const name of ['pg_authid', 'users; DROP TABLE users', 'sessions'])
      expect(await attempt(text.replace('"table":"users"', `"table":${JSON.stringify(name)}`))).not.toBe(0);
    expect(await attempt(text.replace('"crl_number":', `"crl_number'); DROP TABLE users; --":`))).not.toBe(0);
  });

  it('is refused from another program, or a newer portal', async () => {
    const text = await whole();
    expect(await attempt('hello\n')).toBe('this is no backup of a portal');
    expect(await attempt(text.replace('"format":1', '"format":2'))).toMatch(/or of a newer one$/);
    const ofTomorrow = text.replace('0010-mobile-devices.sql', '0999-of-tomorrow.sql');
    expect(await attempt(ofTomorrow)).toBe('the backup is of another portal: it has 0999-of-tomorrow.sql');
  });

  it('brings the same rows, and the next CRL then has an unused number', async () => {
    expect(await restore([file], environmentOf(empty), ignore)).toBe(0);
    expect(await contentOf(empty)).toEqual(await contentOf(backedUp));
    const [next] = await rowsOf(empty, `SELECT nextval('crl_number')::int AS number`);
    expect(next?.number).toBe(LAST_CRL + CRL_NUMBERS_SKIPPED + 1);
  });
});
