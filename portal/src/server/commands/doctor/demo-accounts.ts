import * as v from 'valibot';
import { findingsOf, type Finding } from '../../findings/finding.js';
import { named } from './named.js';
import type { ReadOnlyDatabase } from './read-only-database.js';

const { warning } = findingsOf('accounts');

const rows = v.array(v.object({ username: v.string() }));

/**
 * Returns a warning if accounts still have the passwords of `CARDWRIGHT_DEMO_ACCOUNTS`. Returns an empty list if none has, or if an older portal wrote
 * the database, which does not know.
 */
export async function checkDemoAccounts(database: ReadOnlyDatabase): Promise<Finding[]> {
  const columns = await database.rows(
    "SELECT 1 FROM information_schema.columns WHERE table_name = 'users' AND column_name = 'is_demo'",
  );
  if (columns.length === 0) return [];
  const found = v.parse(
    rows,
    await database.rows('SELECT username FROM users WHERE is_demo AND deleted_at IS NULL ORDER BY username'),
  );
  if (found.length === 0) return [];
  return [
    warning(
      `The passwords of these demo accounts have stood in the settings in clear (CARDWRIGHT_DEMO_ACCOUNTS): ${named(found)}.`,
      'Give each person a link for a password of their own: `cardwright-portal account reset NAME`. Delete the accounts that nobody needs.',
    ),
  ];
}
