import * as v from 'valibot';
import type { Configuration } from '../../settings/configuration.js';
import { findingsOf, type Finding } from '../../findings/finding.js';
import type { ReadOnlyDatabase } from './read-only-database.js';

const { ok, warning } = findingsOf('accounts');

const rows = v.array(v.object({ username: v.string() }));

/** Says whether one administrator alone may widen what is trusted. */
export const checkActingAlone = ({ actingAlone }: Pick<Configuration, 'actingAlone'>): Finding =>
  actingAlone === 'allowed'
    ? warning(
        'One administrator alone may widen what is trusted (CARDWRIGHT_ACTING_ALONE).',
        'Leave the setting out once there are two administrators who are independent of each other.',
      )
    : ok('Two administrators who are independent of each other widen what is trusted.');

/** Names the accounts that count as appointed by the server only because they had power before that was kept. Reads a database with `power_acts`. */
export async function checkAppointedByUpgrade(database: ReadOnlyDatabase): Promise<Finding[]> {
  const found = v.parse(
    rows,
    await database.rows(
      `SELECT username FROM users WHERE deleted_at IS NULL
        AND EXISTS (SELECT 1 FROM user_roles WHERE user_id = users.id AND role <> 'user')
        AND (SELECT what FROM power_acts WHERE subject_id = users.id AND kind <> 'proposed' ORDER BY id DESC LIMIT 1) = 'upgrade'
        ORDER BY username`,
    ),
  );
  if (found.length === 0) return [];
  const names = found.map(({ username }) => username).join(', ');
  return [
    warning(
      `These accounts had power before it was kept who gave it, and count as appointed by the server: ${names}.`,
      "Make sure that each is its owner's, and say so: `cardwright-portal account confirm NAME`.",
    ),
  ];
}
