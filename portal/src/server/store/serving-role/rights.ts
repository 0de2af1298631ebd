import * as v from 'valibot';
import type { Connection } from '../migrate.js';

/** Rights on a table that a portal writes. TRUNCATE, TRIGGER and REFERENCES are never among the rights of the role that serves. */
const ALL = 'SELECT, INSERT, UPDATE, DELETE';

/** Tables on which the role that serves has fewer rights: the logs only grow, and only the owner of the tables records a migration. */
const FEWER: Readonly<Record<string, string>> = {
  audit: 'SELECT, INSERT',
  operation_events: 'SELECT, INSERT',
  power_acts: 'SELECT, INSERT',
  migrations: 'SELECT',
};

const names = v.array(v.object({ name: v.string() }));

/**
 * Gives a role the rights to serve on what the connection's role owns in the portal's schema, and takes all others from it. In one transaction, so that
 * nobody sees the role with more rights or fewer.
 *
 * @param role name of the role
 */
export async function grantServing(owner: Connection, role: string): Promise<void> {
  const [quoted] = v.parse(names, await owner.rows('SELECT quote_ident($1) AS name', [role]));
  const to = quoted?.name ?? '';
  const [schema] = v.parse(names, await owner.rows('SELECT quote_ident(current_schema()) AS name'));
  const relations = v.parse(
    v.array(v.object({ name: v.string(), kind: v.string(), quoted: v.string() })),
    await owner.rows(
      `SELECT relname AS name, relkind::text AS kind, oid::regclass::text AS quoted FROM pg_class
       WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'S')
         AND pg_has_role(current_user, relowner, 'USAGE') ORDER BY relname`,
    ),
  );
  const statements = relations.flatMap(({ name, kind, quoted: relation }) => {
    const object = kind === 'S' ? `SEQUENCE ${relation}` : relation;
    const rights = kind === 'S' ? 'USAGE, SELECT' : (FEWER[name] ?? ALL);
    return [`REVOKE ALL ON ${object} FROM ${to}`, `GRANT ${rights} ON ${object} TO ${to}`];
  });
  const inSchema = `ON SCHEMA ${schema?.name ?? 'public'}`;
  // Up to PostgreSQL 14 everyone may make tables and functions in a new database.
  const ofSchema = [`REVOKE CREATE ${inSchema} FROM PUBLIC`, `GRANT USAGE ${inSchema} TO ${to}`];
  await owner.run(['BEGIN', ...ofSchema, ...statements, 'COMMIT'].join(';\n'));
}

/** SQL that is true if the role of the connection could change the tables themselves. */
const POWER = `SELECT current_user AS role,
    (SELECT rolsuper OR rolcreaterole OR rolreplication OR rolbypassrls FROM pg_roles WHERE rolname = current_user) OR EXISTS (
      SELECT FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')
        AND pg_has_role(current_user, relowner, 'MEMBER')
    ) OR has_schema_privilege(current_schema(), 'CREATE') AS "isPowerful"`;
const standing = v.object({ role: v.string(), isPowerful: v.boolean() });

interface Readable {
  rows(sql: string): Promise<readonly unknown[]>;
}

/** Returns the role of a connection, and whether it owns the tables, or has another way to change them. */
export async function standingOf(connection: Readable): Promise<v.InferOutput<typeof standing>> {
  const [found] = await connection.rows(POWER);
  return v.parse(standing, found);
}
