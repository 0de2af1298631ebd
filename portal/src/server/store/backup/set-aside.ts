import * as v from 'valibot';
import { LOCKS } from '../advisory-locks.js';
import type { Connection } from '../migrate.js';

/** Milliseconds for which a restore waits for a lock on a table, such as that of a `pg_dump` under way. */
const LONGEST_WAIT = 10_000;

/** Beginning of the names of the schemas with databases that were replaced. The moment follows, in UTC. */
export const REPLACED_PREFIX = 'replaced_';

const IN_USE = 'this database is in use';

const name = v.object({ name: v.string() });
const session = v.object({ pid: v.number(), application: v.nullable(v.string()) });

/**
 * Moves everything of the portal's schema into a new schema, in the transaction of the caller. Afterwards the portal's schema is empty, and nothing is
 * lost: a rollback undoes it, and after the commit the content is in the new schema until someone drops that schema.
 *
 * Nobody else may use the database. A portal that runs holds a shared lock, and any other session is found in `pg_stat_activity`.
 *
 * @param connection a connection in a transaction
 * @returns the name of the new schema
 * @throws Error with words for the administrator if a portal runs on the database, another session is open on it, or the user may not create a schema
 */
export async function setAside(connection: Connection, now: Date): Promise<string> {
  await connection.run(`SET LOCAL lock_timeout = ${LONGEST_WAIT}`);
  for (const lock of [LOCKS.presence, LOCKS.migrations]) {
    const [row] = await connection.rows('SELECT pg_try_advisory_xact_lock($1) AS locked', [lock]);
    if (row?.locked !== true) throw new Error(`${IN_USE}: a portal runs on it. Stop every portal that uses it`);
  }
  await requireAlone(connection);
  const schema =
    REPLACED_PREFIX + now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '_').toLowerCase();
  await connection.run(`CREATE SCHEMA ${schema}`);
  for (const statement of await moves(connection)) await connection.run(`${statement} SET SCHEMA ${schema}`);
  return schema;
}

/**
 * Checks that no other session is open on the database. Sessions that wait for an advisory lock do not count: they are portals that start, and wait
 * for the end of the restore.
 *
 * @throws Error with words for the administrator
 */
export async function requireAlone(connection: Connection): Promise<void> {
  const others = await connection.rows(
    `SELECT pid, application_name AS application FROM pg_stat_activity AS one
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND usesysid IS NOT NULL
       AND NOT EXISTS (SELECT FROM pg_locks WHERE pid = one.pid AND locktype = 'advisory' AND NOT granted)
     ORDER BY pid`,
  );
  if (others.length === 0) return;
  const told = v.parse(v.array(session), others).map(({ pid, application }) => {
    const called = (application ?? '').replaceAll(/\p{Cc}/gu, ' ');
    return called === '' ? String(pid) : `${pid} (${called})`;
  });
  throw new Error(`${IN_USE}: end its other sessions first, which PostgreSQL calls ${told.join(', ')}`);
}

/** Lists the statements, without their ends, that move what the portal's schema has. Indexes and sequences of columns move with their tables. */
async function moves(connection: Connection): Promise<readonly string[]> {
  const found = await connection.rows(
    `SELECT format('ALTER %s %s', kind, name) AS name FROM (
       SELECT CASE relkind WHEN 'S' THEN 'SEQUENCE' WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END AS kind,
         oid::regclass::text AS name, 'pg_class'::regclass AS class, oid
       FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S')
       UNION ALL
       SELECT 'ROUTINE', oid::regprocedure::text, 'pg_proc'::regclass, oid
       FROM pg_proc WHERE pronamespace = current_schema()::regnamespace
       UNION ALL
       SELECT 'TYPE', oid::regtype::text, 'pg_type'::regclass, oid
       FROM pg_type WHERE typnamespace = current_schema()::regnamespace AND typtype IN ('e', 'd')
     ) AS thing
     WHERE NOT EXISTS (SELECT FROM pg_depend WHERE classid = class AND objid = thing.oid AND deptype IN ('e', 'a', 'i'))
     ORDER BY 1`,
  );
  return v.parse(v.array(name), found).map(({ name: statement }) => statement);
}
