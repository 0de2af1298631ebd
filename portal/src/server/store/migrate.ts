import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { inPortal } from '../portal-folder.js';
import { LOCKS } from './advisory-locks.js';

/** A single connection to a database of either engine. */
export interface Connection {
  /** Runs a script of several statements. */
  run(sql: string): Promise<void>;
  rows(sql: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
}

const MIGRATIONS = inPortal('migrations');

/**
 * Statements that create the table `migrations`, or bring it up to date. The table lists the scripts that have run on the database, and for each the
 * oldest portal that runs with it: the number of the newest script that this portal knows.
 */
export const MIGRATIONS_TABLE = `
  CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY, sha256 text NOT NULL, at timestamptz NOT NULL DEFAULT now());
  ALTER TABLE migrations ADD COLUMN IF NOT EXISTS runs_with text`;

/** First line of a script that only expands the tables: portals whose newest script has this number, or a higher one, run with the result. */
const RUNS_WITH = /^-- runs with (\d{4})\n/;

/** Number of digits with which the name of a script begins. */
const NUMBER_LENGTH = 4;

/**
 * Runs the scripts that have not run on this database, in the order of their names, each in a transaction. If several processes start at once, an
 * advisory lock lets one process run the scripts while the others wait.
 *
 * @param folder folder of the scripts; `portal/migrations` by default
 * A database that a newer portal has changed is left as it is, if this portal runs with the result. So the processes of a portal can be upgraded one
 * after the other: the first one expands the tables, and the others work with them.
 *
 * @throws an error if a script fails, or was edited after it ran on this database; or if a newer portal has run one with which this portal does not run
 */
export async function migrate(connection: Connection, folder = MIGRATIONS): Promise<void> {
  await connection.rows('SELECT pg_advisory_lock($1)', [LOCKS.migrations]);
  try {
    await connection.run(MIGRATIONS_TABLE);
    const applied = new Map(
      (await connection.rows('SELECT name, sha256 FROM migrations')).map((row) => [row.name, row.sha256]),
    );
    const migrations = await readMigrations(folder);
    const foreign = foreignAmong(v.parse(ranMigrations, await connection.rows(RAN_MIGRATIONS)), migrations);
    if (foreign && !foreign.isFit)
      throw new Error(
        `a newer portal has changed this database (${foreign.name}), and this one does not run with it. Install the newer version, or restore a backup`,
      );
    for (const migration of migrations) {
      const { name, sha256 } = migration;
      if (!applied.has(name)) await apply(connection, migration);
      else if (applied.get(name) !== sha256)
        throw new Error(`migration ${name} was edited after it ran on this database`);
    }
  } finally {
    await connection.rows('SELECT pg_advisory_unlock($1)', [LOCKS.migrations]);
  }
}

/** Statement that lists the scripts that have run. It also reads a table from before there was the column `runs_with`. */
export const RAN_MIGRATIONS = `SELECT name, sha256, to_jsonb(migrations)->>'runs_with' AS "runsWith" FROM migrations`;
export const ranMigrations = v.array(
  v.object({ name: v.string(), sha256: v.string(), runsWith: v.nullable(v.string()) }),
);

/**
 * Finds a script that a newer portal has run: first one with which a portal of these migrations does not run (`isFit` is false), then any other.
 *
 * @param ran the scripts that have run on the database
 * @param ours the scripts of this portal
 */
export function foreignAmong(
  ran: v.InferOutput<typeof ranMigrations>,
  ours: readonly Pick<Migration, 'name'>[],
): { readonly name: string; readonly isFit: boolean } | undefined {
  const known = new Set(ours.map(({ name }) => name));
  const newest = ours.at(-1)?.name.slice(0, NUMBER_LENGTH) ?? '';
  const foreign = ran
    .filter(({ name }) => !known.has(name))
    .map(({ name, runsWith }) => ({ name, isFit: runsWith !== null && runsWith <= newest }));
  return foreign.find(({ isFit }) => !isFit) ?? foreign[0];
}

/** A migration script, with a hash by which edits are detected. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the script in hexadecimal. */
  readonly sha256: string;
  /** Number of the newest script that the oldest portal knows that runs with this one; null if none but those that know this script do. */
  readonly runsWith: string | null;
}

/** Reads the scripts of a folder in the order in which they run: by name. */
export async function readMigrations(folder = MIGRATIONS): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(join(folder, name), 'utf8');
      const [, runsWith = null] = RUNS_WITH.exec(sql) ?? [];
      return { name, sql, sha256: createHash('sha256').update(sql).digest('hex'), runsWith };
    }),
  );
}

/** Runs a script, and records it. The caller opens and commits the transaction. */
export async function runMigration(connection: Connection, migration: Migration): Promise<void> {
  const { name, sql, sha256, runsWith } = migration;
  await connection.run(sql);
  const values = [name, sha256, runsWith];
  await connection.rows('INSERT INTO migrations (name, sha256, runs_with) VALUES ($1, $2, $3)', values);
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
