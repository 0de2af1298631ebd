import pg from 'pg';
import { createPglite } from '../database.js';
import { ownerUrlOf, type DatabaseLocation } from '../location.js';
import type { Connection } from '../migrate.js';

/** A single connection to a database. Opening the connection does not migrate the tables. */
export interface SingleConnection extends Connection {
  close(): Promise<void>;
}

/**
 * Connects to a database as the owner of its tables. If an embedded database does not exist, creates it without tables.
 *
 * @throws Error of the driver if the server does not answer, the database does not exist, or the user has no permission
 */
export async function connect(location: DatabaseLocation): Promise<SingleConnection> {
  return 'url' in location ? connectPostgres(ownerUrlOf(location)) : connectPglite(location.folder);
}

async function connectPostgres(url: string): Promise<SingleConnection> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return {
    run: (sql) => client.query(sql).then(nothing),
    rows: async (sql, values) => (await client.query<Record<string, unknown>>(sql, values)).rows,
    close: () => client.end(),
  };
}

async function connectPglite(folder: string): Promise<SingleConnection> {
  const client = await createPglite(folder);
  return {
    run: (sql) => client.exec(sql).then(nothing),
    rows: async (sql, values) => (await client.query<Record<string, unknown>>(sql, values)).rows,
    close: () => client.close(),
  };
}

const nothing = (): void => undefined;
