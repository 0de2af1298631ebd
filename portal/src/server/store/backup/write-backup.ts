import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import * as v from 'valibot';
import { foreignAmong, RAN_MIGRATIONS, ranMigrations, readMigrations, type Connection } from '../migrate.js';
import { FORMAT, KEPT_TABLES, type Counts, type Header } from './format.js';

/** Maximum number of rows in a piece. A row with a support file may have several hundred kilobytes. */
const PIECE = 50;

const texts = v.array(v.object({ row: v.string() }));

/**
 * Yields the lines of a backup, each with its line end. All lines show the database at one moment, whatever is written meanwhile. Does not change the
 * database.
 *
 * @returns the number of rows of each table
 * @throws Error if the database has no tables
 */
export async function* backupLines(connection: Connection, made: Date): AsyncGenerator<string, Counts> {
  await connection.run('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  try {
    return yield* linesOfMoment(connection, made);
  } finally {
    await connection.run('ROLLBACK');
  }
}

/** Yields the lines as `backupLines` does, in a transaction of the caller that reads one moment. */
export async function* linesOfMoment(connection: Connection, made: Date): AsyncGenerator<string, Counts> {
  yield line(await headerOf(connection, made));
  const counts: Record<string, number> = {};
  for (const table of KEPT_TABLES) {
    counts[table] = 0;
    for await (const rows of piecesOf(connection, table)) {
      counts[table] += rows.length;
      yield line({ table, count: rows.length });
      // The JSON of the database is passed on unparsed, because JSON.parse would round numbers.
      yield `[${rows.join(',')}]\n`;
    }
  }
  yield line({ end: counts });
  return counts;
}

/**
 * Compresses the lines of a backup, and writes them to a stream, which is ended.
 *
 * @param signal ends the work early
 * @returns the number of rows of each table
 * @throws AbortError of the signal, or the errors of the lines and of the stream
 */
export async function packBackup(
  lines: AsyncGenerator<string, Counts>,
  output: NodeJS.WritableStream,
  signal?: AbortSignal,
): Promise<Counts> {
  let counts: Counts = {};
  const counted = async function* (): AsyncGenerator<string> {
    counts = yield* lines;
  };
  await pipeline(Readable.from(counted()), createGzip(), output, { signal });
  return counts;
}

const line = (value: object): string => `${JSON.stringify(value)}\n`;

async function headerOf(connection: Connection, made: Date): Promise<Header> {
  const [found] = await connection.rows(`SELECT to_regclass('migrations') IS NOT NULL AS present`);
  if (found?.present !== true) throw new Error('this database is empty: there is nothing to back up');
  const foreign = foreignAmong(v.parse(ranMigrations, await connection.rows(RAN_MIGRATIONS)), await readMigrations());
  if (foreign && !foreign.isFit)
    throw new Error(
      `a newer portal has changed this database (${foreign.name}). Make the backup with that one, or it lacks what is new`,
    );
  const migrations = await connection.rows('SELECT name, sha256 FROM migrations ORDER BY name');
  const sequences = await connection.rows(
    `SELECT sequencename AS name, last_value::text AS last FROM pg_sequences
     WHERE schemaname = current_schema() AND last_value IS NOT NULL`,
  );
  const named = v.parse(v.array(v.object({ name: v.string(), last: v.string() })), sequences);
  return {
    cardwright: 'backup',
    format: FORMAT,
    made: made.toISOString(),
    migrations: v.parse(v.array(v.object({ name: v.string(), sha256: v.string() })), migrations),
    sequences: Object.fromEntries(named.map(({ name, last }) => [name, last])),
  };
}

/** Yields the rows of a table in pieces. Yields nothing if the table does not exist: the database of an older portal lacks some tables. */
async function* piecesOf(connection: Connection, table: string): AsyncGenerator<readonly string[]> {
  const [found] = await connection.rows(`SELECT to_regclass('${table}') IS NOT NULL AS present`);
  if (found?.present !== true) return;
  await connection.run(`DECLARE piece NO SCROLL CURSOR FOR SELECT to_jsonb(kept)::text AS row FROM ${table} AS kept`);
  for (;;) {
    const rows = v.parse(texts, await connection.rows(`FETCH ${PIECE} FROM piece`)).map(({ row }) => row);
    if (rows.length === 0) break;
    yield rows;
  }
  await connection.run('CLOSE piece');
}
