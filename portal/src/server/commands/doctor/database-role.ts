import * as v from 'valibot';
import { SERVING_ROLE } from '../../store/serving-role/make-role.js';
import { standingOf } from '../../store/serving-role/rights.js';
import { findingsOf, type Finding } from '../../findings/finding.js';
import type { ReadOnlyDatabase } from './read-only-database.js';

const { ok, warning } = findingsOf('database');

const serving = v.array(v.object({ name: v.string() }));

/**
 * Returns whether the role that serves can change the tables themselves, and with them what protects the audit log. Returns an empty list for an embedded
 * database, which has no roles, and for one without tables.
 */
export async function checkDatabaseRole(database: ReadOnlyDatabase): Promise<Finding[]> {
  if (database.engine !== 'PostgreSQL') return [];
  const { role, isPowerful } = await standingOf(database);
  if (!isPowerful) return [ok(`The portal serves as the role ${role}, which owns none of its tables.`)];
  const [made] = v.parse(
    serving,
    await database.rows(
      `SELECT rolname AS name FROM pg_roles
       WHERE rolname = ${SERVING_ROLE} AND rolcanlogin AND has_table_privilege(oid, 'audit', 'INSERT')`,
    ),
  );
  return made
    ? [ok(`The portal serves as the role ${made.name}, which it has made, and which owns none of its tables.`)]
    : [
        warning(
          `The portal serves as the role ${role}, which owns its tables, and so can switch off what protects the audit log.`,
          'Give it a role that owns nothing: docs/operate.md, PostgreSQL. Where the owner may create roles, the next start does it.',
        ),
      ];
}
