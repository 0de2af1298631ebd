import type { ChangedBy } from '@cardwright/cms';
import { isOnlyOperator } from '../accounts/accounts.js';
import { requireOwnPassword } from '../accounts/reauthentication.js';
import type { Database } from '../store/database.js';
import type { User } from '../store/schema.js';

/**
 * Tells who stands for a change of a policy.
 *
 * @param password as the operator gave it with the change; undefined where the page has not asked for it
 * @param address as the socket or a trusted proxy names it
 * @throws CardwrightError `PASSWORD_INCORRECT`; RateLimited (`RATE_LIMITED`)
 */
export async function consentOf(
  db: Database,
  operator: User,
  password: string | undefined,
  address: string,
): Promise<ChangedBy> {
  const { username: by } = operator;
  if (password === undefined) return { by, consent: 'session' };
  await requireOwnPassword(db, operator, password, { address, event: 'policy.changed' });
  return { by, consent: (await isOnlyOperator(db, operator)) ? 'only-operator' : 'password' };
}
