import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { drizzle as drizzlePostgres } from 'drizzle-orm/node-postgres';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import { drizzle as drizzlePglite } from 'drizzle-orm/pglite';
import pg from 'pg';
import { outsideRequests } from '../access.js';
import { log } from '../log/log.js';
import { ownerUrlOf, type DatabaseLocation, type ServerLocation } from './location.js';
import { migrate, type Connection } from './migrate.js';
import { inPortal } from '../portal-folder.js';
import * as schema from './schema.js';
import { openServingRole } from './serving-role/open-serving-role.js';

/** Drizzle's interface to a database of either engine, or to a transaction on such a database. */
export type Database = PgDatabase<PgQueryResultHKT, typeof schema>;

/** An open database. */
export interface PortalDatabase {
  readonly db: Database;
  readonly engine: 'pglite' | 'postgresql';
  /** Reads the embedded database at one moment. Null for PostgreSQL, of which any process can read a moment by itself. */
  readonly readMoment: ReadMoment | null;
  close(): Promise<void>;
}

/** Does work in a read-only transaction. No other statement runs meanwhile, because the embedded database has one connection. */
export type ReadMoment = <T>(work: (connection: Connection) => Promise<T>) => Promise<T>;

const POOL_SIZE = 10;

/** Path of an empty database, which the build packs. Unpacking this database takes a second; creating a new one takes five seconds. */
const EMPTY_DATABASE = inPortal('dist', 'empty-database.tar.gz');

/**
 * Opens the database and migrates its tables. Several processes may open the same PostgreSQL database, even at the same time.
 *
 * @param rolePassword for whoever serves: the work on a PostgreSQL database is done as a role that owns nothing (`openServingRole`). Commands leave it out
 */
export function openPortalDatabase(
  location: DatabaseLocation,
  rolePassword: string | null = null,
): Promise<PortalDatabase> {
  return 'url' in location ? openPostgres(location, rolePassword) : openPglite(location.folder);
}

async function openPostgres(location: ServerLocation, rolePassword: string | null): Promise<PortalDatabase> {
  const url = await migratePostgres(location, rolePassword);
  const pool = new pg.Pool({ connectionString: url, max: POOL_SIZE });
  // The pool replaces a connection that breaks while idle. Without a listener the error would end the process.
  pool.on('error', (error) => {
    // The connection may have been opened for a request that is long over.
    if (!pool.ending) outsideRequests(() => log.error('PostgreSQL connection lost.', { reason: error.message }));
  });
  return { db: drizzlePostgres(pool, { schema }), engine: 'postgresql', readMoment: null, close: () => pool.end() };
}

/** Brings the tables up to date as their owner. Returns the address with the role that works on. */
async function migratePostgres(location: ServerLocation, rolePassword: string | null): Promise<string> {
  const client = new pg.Client({ connectionString: ownerUrlOf(location) });
  try {
    await client.connect();
    const owner: Connection = {
      run: (sql) => client.query(sql).then(nothing),
      rows: async (sql, values) => (await client.query<Record<string, unknown>>(sql, values)).rows,
    };
    await migrate(owner);
    return await openServingRole(owner, location, rolePassword);
  } finally {
    await client.end();
  }
}

/** Opens the embedded database of a folder. If the folder contains no database, unpacks an empty one there. */
export async function createPglite(folder: string): Promise<PGlite> {
  if (!folder.startsWith('memory://')) await mkdir(folder, { recursive: true, mode: 0o700 });
  const isThere = existsSync(path.join(folder, 'PG_VERSION'));
  return PGlite.create(folder, isThere ? {} : { loadDataDir: new Blob([await readFile(EMPTY_DATABASE)]) });
}

async function openPglite(folder: string): Promise<PortalDatabase> {
  const client = await createPglite(folder);
  try {
    await migratePglite(client);
  } catch (error) {
    await client.close();
    throw error;
  }
  return {
    db: drizzlePglite(client, { schema }),
    engine: 'pglite',
    readMoment: (work) => readMoment(client, work),
    close: () => client.close(),
  };
}

const readMoment = <T>(client: PGlite, work: (connection: Connection) => Promise<T>): Promise<T> =>
  client.transaction(async (transaction) => {
    await transaction.exec('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
    return work({
      run: (sql) => transaction.exec(sql).then(nothing),
      rows: async (sql, values) => (await transaction.query<Record<string, unknown>>(sql, values)).rows,
    });
  });

/** Brings the tables of an embedded database up to date. The build also calls this function, to make the empty database that it packs. */
export function migratePglite(client: PGlite): Promise<void> {
  return migrate({
    run: (sql) => client.exec(sql).then(nothing),
    rows: async (sql, values) => (await client.query<Record<string, unknown>>(sql, values)).rows,
  });
}

const nothing = (): void => undefined;
