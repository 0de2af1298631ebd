import * as v from 'valibot';
import { MIGRATIONS_TABLE, readMigrations, runMigration, type Connection, type Migration } from '../migrate.js';
import { announcement, ending, header, KEPT_TABLES, type Counts, type Header, type KeptTable } from './format.js';
import { readAccountStates, type AccountState } from './account-states.js';
import { requireAlone, setAside } from './set-aside.js';

/**
 * Number of CRL numbers that a restore skips. CRLs may have been published since the backup, and their numbers must not be used again (RFC 5280,
 * 5.2.3).
 */
const CRL_NUMBERS_SKIPPED = 1_000_000n;
const CRL_NUMBER = 'crl_number';

const NOT_WHOLE = 'the backup is not whole';

/** A restored backup. */
export interface Restored {
  /** Time when the backup was made, in ISO 8601. */
  readonly made: string;
  /** Number of rows in each table. */
  readonly counts: Counts;
  /** Schema with what was in the database before; null if the database was empty. */
  readonly replaced: string | null;
  /** The accounts of the backup. */
  readonly accounts: readonly AccountState[];
  /** The accounts that were in the database before; null if the database was empty. */
  readonly accountsBefore: readonly AccountState[] | null;
}

/** Choices of a restore. */
export interface RestoreOptions {
  /** True: a database that is not empty is replaced. Its content is set aside (`setAside`). */
  readonly replace: boolean;
}

/**
 * Restores a backup into an empty database, or in place of what is in the database. The tables get the columns that they had at the time of the backup;
 * the next start of the portal migrates them. Everything is done in one transaction: if anything fails, the database is as it was.
 *
 * @param lines the lines of the backup, without their line ends
 * @param judge receives the database before the commit, and throws if the restored content must not be kept
 * @throws Error with words for the administrator if the database is in use, or the input is no backup, is incomplete, or names migrations that this
 *   portal does not have in the same form; ValiError if a line has another form; also the errors of `judge` and of the database
 */
export async function restoreBackup(
  connection: Connection,
  lines: AsyncGenerator<string, void>,
  judge: (connection: Connection) => Promise<void>,
  { replace }: RestoreOptions = { replace: false },
): Promise<Restored> {
  await connection.run('BEGIN');
  try {
    const [found] = await connection.rows(`SELECT to_regclass('migrations') IS NULL AS is_empty`);
    const isEmpty = found?.is_empty === true;
    if (!isEmpty && !replace)
      throw new Error('this database is in use. Restore into an empty one, or replace its content with --replace');
    const replaced = isEmpty ? null : await setAside(connection, new Date());
    const next = async (): Promise<string> => {
      const line = await lines.next();
      if (line.done === true) throw new Error(NOT_WHOLE);
      return line.value;
    };
    const { made, migrations, sequences } = readHeader(await next());
    await makeTables(connection, migrations);
    const counts = await fillTables(connection, next);
    await setSequences(connection, sequences);
    await judge(connection);
    // A session may have come since. It would work on with content that is gone.
    if (replaced !== null) await requireAlone(connection);
    const [own] = await connection.rows('SELECT current_schema() AS name');
    const accounts = await readAccountStates(connection, v.parse(v.string(), own?.name));
    const accountsBefore = replaced === null ? null : await readAccountStates(connection, replaced);
    await connection.run('COMMIT');
    return { made, counts, replaced, accounts, accountsBefore };
  } catch (error) {
    await connection.run('ROLLBACK');
    throw error;
  }
}

function readHeader(line: string): Header {
  const parsed = v.safeParse(header, readJson(line));
  if (!parsed.success) throw new Error('this is no backup of a portal, or of a newer one');
  return parsed.output;
}

async function makeTables(connection: Connection, wanted: Header['migrations']): Promise<void> {
  const known = new Map((await readMigrations()).map((migration): [string, Migration] => [migration.name, migration]));
  await connection.run(MIGRATIONS_TABLE);
  for (const { name, sha256 } of wanted) {
    const migration = known.get(name);
    if (migration?.sha256 !== sha256) throw new Error(`the backup is of another portal: it has ${name}`);
    await runMigration(connection, migration);
  }
  // Removes the only row that the migrations write into an empty database.
  await connection.run('DELETE FROM crl_revision');
}

async function fillTables(connection: Connection, next: () => Promise<string>): Promise<Counts> {
  const counts: Record<string, number> = Object.fromEntries(KEPT_TABLES.map((table) => [table, 0]));
  for (;;) {
    const line = readJson(await next());
    const end = v.safeParse(ending, line);
    if (end.success) {
      requireAll(counts, end.output.end);
      return counts;
    }
    const { table, count } = v.parse(announcement, line);
    await insert(connection, table, count, await next());
    counts[table] = (counts[table] ?? 0) + count;
  }
}

/**
 * Inserts rows. The name of the table is a constant of the portal, and the rows are passed as a value, so nothing in a backup is
 * run as SQL.
 *
 * @param count number of rows that the backup announces
 * @param rows a JSON array
 */
async function insert(connection: Connection, table: KeptTable, count: number, rows: string): Promise<void> {
  const made = await connection.rows(
    `INSERT INTO ${table} OVERRIDING SYSTEM VALUE
     SELECT * FROM jsonb_populate_recordset(NULL::${table}, $1::jsonb) RETURNING 1`,
    [rows],
  );
  if (made.length !== count) throw new Error(NOT_WHOLE);
}

function requireAll(counts: Counts, expected: Counts): void {
  if (Object.entries(expected).some(([table, count]) => counts[table] !== count)) throw new Error(NOT_WHOLE);
}

async function setSequences(connection: Connection, sequences: Header['sequences']): Promise<void> {
  for (const [name, last] of Object.entries(sequences)) {
    const value = name === CRL_NUMBER ? BigInt(last) + CRL_NUMBERS_SKIPPED : BigInt(last);
    await connection.rows('SELECT setval(quote_ident($1)::regclass, $2::bigint)', [name, String(value)]);
  }
  // `raised_by` is the id of a transaction in the other database. A transaction here could have the same id, and would not raise the revision.
  await connection.run('UPDATE crl_revision SET raised_by = NULL');
}

function readJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new Error('this is no backup of a portal', { cause });
  }
}
