import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import pg from 'pg';

type Row = Readonly<Record<string, unknown>>;

/** A database opened for reading only. */
export interface ReadOnlyDatabase {
  readonly engine: string;
  rows(sql: string): Promise<readonly Row[]>;
  close(): Promise<void>;
}

/** Maximum number of milliseconds for connecting, and for each statement. */
const PATIENCE = 10_000;

/**
 * Opens a PostgreSQL database for reading only.
 *
 * @throws Error as the driver reports it, for example if the server does not answer, the database does not exist, or the user may not open it
 */
export async function clientForReading(url: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: PATIENCE,
    statement_timeout: PATIENCE,
    options: '-c default_transaction_read_only=on',
  });
  await client.connect();
  return client;
}

/** Opens a PostgreSQL database as `clientForReading` does. */
export async function openPostgresForReading(url: string): Promise<ReadOnlyDatabase> {
  const client = await clientForReading(url);
  return {
    engine: 'PostgreSQL',
    rows: async (sql) => (await client.query<Row>(sql)).rows,
    close: () => client.end(),
  };
}

/**
 * Opens a temporary copy of an embedded database, because opening the database itself would change it. No portal may be using the database.
 * Closing the copy deletes the copy.
 */
export async function openCopyForReading(folder: string): Promise<ReadOnlyDatabase> {
  const copy = await mkdtemp(path.join(tmpdir(), 'cardwright-doctor-'));
  const remove = (): Promise<void> => rm(copy, { recursive: true, force: true });
  try {
    await cp(folder, copy, { recursive: true });
    const client = await PGlite.create(copy);
    return {
      engine: 'Embedded database',
      rows: async (sql) => (await client.query<Row>(sql)).rows,
      close: async () => {
        try {
          await client.close();
        } finally {
          await remove();
        }
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
