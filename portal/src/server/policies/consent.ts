import type { ChangedBy } from '@cardwright/cms/policies';
import { isOnlyOperator } from '../accounts/accounts.js';
import type { OwnPassword } from '../accounts/reauthentication.js';
import type { Database } from '../store/database.js';
import type { User } from '../store/schema.js';

/**
 * Returns the consent that an operator gives to a change of a policy: `session` if the operator has not given their password; otherwise
 * `only-operator` if there is no other operator, or `password` if there is.
 *
 * @param password checked password; undefined if the request has no password
 */
export async function consentOf(db: Database, operator: User, password: OwnPassword | undefined): Promise<ChangedBy> {
  const { username: by } = operator;
  if (password === undefined) return { by, consent: 'session' };
  return { by, consent: (await isOnlyOperator(db, operator)) ? 'only-operator' : 'password' };
}
