import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inPortal } from '../portal-folder.js';

/** A single connection to a database of either engine. */
export interface Connection {
  /** Runs a script of several statements. */
  run(sql: string): Promise<void>;
  rows(sql: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
}

const MIGRATIONS = inPortal('migrations');

/** Statement that creates the table `migrations` if it does not exist. The table lists the scripts that have run on the database. */
export const MIGRATIONS_TABLE =
  'CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY, sha256 text NOT NULL, at timestamptz NOT NULL DEFAULT now())';

/** Key of the advisory lock for migrations: any number, as long as every portal process uses the same number. */
export const MIGRATIONS_LOCK = 0x0ca2d;

/**
 * Runs the scripts that have not run on this database, in the order of their names, each in a transaction. If several processes start at once, an
 * advisory lock lets one process run the scripts while the others wait.
 *
 * @param folder folder of the scripts; `portal/migrations` by default
 * @throws an error if a script fails, or was edited after it ran on this database
 */
export async function migrate(connection: Connection, folder = MIGRATIONS): Promise<void> {
  await connection.rows('SELECT pg_advisory_lock($1)', [MIGRATIONS_LOCK]);
  try {
    await connection.run(MIGRATIONS_TABLE);
    const applied = new Map(
      (await connection.rows('SELECT name, sha256 FROM migrations')).map((row) => [row.name, row.sha256]),
    );
    for (const migration of await readMigrations(folder)) {
      const { name, sha256 } = migration;
      if (!applied.has(name)) await apply(connection, migration);
      else if (applied.get(name) !== sha256)
        throw new Error(`migration ${name} was edited after it ran on this database`);
    }
  } finally {
    await connection.rows('SELECT pg_advisory_unlock($1)', [MIGRATIONS_LOCK]);
  }
}

/** A migration script, with a hash by which edits are detected. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the script in hexadecimal. */
  readonly sha256: string;
}

/** Reads the scripts of a folder in the order in which they run: by name. */
export async function readMigrations(folder = MIGRATIONS): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(join(folder, name), 'utf8');
      return { name, sql, sha256: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

/** Runs a script, and records it. The caller opens and commits the transaction. */
export async function runMigration(connection: Connection, { name, sql, sha256 }: Migration): Promise<void> {
  await connection.run(sql);
  await connection.rows('INSERT INTO migrations (name, sha256) VALUES ($1, $2)', [name, sha256]);
}

async function apply(connection: Connection, migration: Migration): Promise<void> {
  await connection.run('BEGIN');
  try {
    await runMigration(connection, migration);
    await connection.run('COMMIT');
  } catch (error) {
    await connection.run('ROLLBACK');
    throw error;
  }
}
