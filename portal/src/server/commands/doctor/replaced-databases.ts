import * as v from 'valibot';
import { REPLACED_PREFIX } from '../../store/backup/set-aside.js';
import type { DatabaseLocation } from '../../store/location.js';
import { findingsOf, type Finding } from '../../findings/finding.js';
import type { ReadOnlyDatabase } from './read-only-database.js';

const { warning } = findingsOf('database');

/** The schemas that `restore --replace` made (`setAside`). */
const REPLACED = `SELECT nspname AS name FROM pg_namespace WHERE nspname ~ '^${REPLACED_PREFIX}\\d{8}_\\d{6}$' ORDER BY 1`;
const schemas = v.array(v.object({ name: v.string() }));

/** Returns a warning for each database that a restore has replaced, and whose content is still there. */
export async function checkReplaced(database: ReadOnlyDatabase, location: DatabaseLocation): Promise<Finding[]> {
  const found = v.parse(schemas, await database.rows(REPLACED));
  return found.map(({ name }) =>
    warning(
      `The schema ${name} has a database that was replaced, with the passwords' hashes and the sealed PUKs of that time.`,
      `Once nothing of it is needed any more, ${'url' in location ? dropOnServer(name) : dropEmbedded(location.folder)}`,
    ),
  );
}

const dropOnServer = (name: string): string =>
  `remove it with psql, as the owner of the database: DROP SCHEMA ${name} CASCADE;`;

/** Nothing but the portal opens an embedded database. A backup has nothing of such a schema. */
const dropEmbedded = (folder: string): string =>
  `make a backup, stop the portal, remove ${folder}, and restore the backup: it has no such schema.`;
