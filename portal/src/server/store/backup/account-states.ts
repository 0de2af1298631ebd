import * as v from 'valibot';
import type { Connection } from '../migrate.js';

const row = v.object({
  id: v.string(),
  username: v.string(),
  isDisabled: v.boolean(),
  isDeleted: v.boolean(),
  /** Hash of the password; null if a provider or directory signs the person in, or nobody has set one. */
  password: v.nullable(v.string()),
  roles: v.array(v.string()),
  /** Ids of the passkeys that are registered for signing in. */
  passkeys: v.array(v.string()),
});

/** How an account is in one database: whether and as what its person signs in. */
export type AccountState = v.InferOutput<typeof row>;

/**
 * Reads the accounts of a database, those with more roles first. The database may be one of an older portal, which lacks some columns and tables.
 *
 * @param schema the schema with its tables, a name that the portal has made
 */
export async function readAccountStates(connection: Connection, schema: string): Promise<readonly AccountState[]> {
  const has = async (table: string): Promise<boolean> => {
    const [found] = await connection.rows(`SELECT to_regclass('${schema}.${table}') IS NOT NULL AS present`);
    return found?.present === true;
  };
  if (!(await has('users'))) return [];
  const listOf = async (table: string, what: string, otherwise = `'{}'::text[]`): Promise<string> =>
    (await has(table))
      ? `ARRAY(SELECT ${what} FROM ${schema}.${table} AS own WHERE own.user_id = one.id ORDER BY 1)`
      : otherwise;
  const role = `own.role || coalesce(':' || (to_jsonb(own) ->> 'group_name'), '')`;
  // The roles of an account once were one, in its row.
  const roles = await listOf('user_roles', role, `array_remove(ARRAY[to_jsonb(one) ->> 'role'], NULL)`);
  const passkeys = await listOf('sign_in_passkeys', 'own.id::text');
  const rows = await connection.rows(
    `SELECT id::text, username, facts ->> 'password_hash' AS password, roles, passkeys,
       facts ->> 'disabled_at' IS NOT NULL AS "isDisabled", facts ->> 'deleted_at' IS NOT NULL AS "isDeleted"
     FROM (
       SELECT id, username, to_jsonb(one) AS facts, ${roles} AS roles, ${passkeys} AS passkeys FROM ${schema}.users AS one
     ) AS accounts
     ORDER BY roles <@ '{user}'::text[], username`,
  );
  return v.parse(v.array(row), rows);
}
