import type { ChangedBy } from '@cardwright/cms/policies';
import { isOnlyOperator } from '../accounts/accounts.js';
import type { OwnPassword } from '../accounts/reauthentication.js';
import type { Database } from '../store/database.js';
import type { User } from '../store/schema.js';

/**
 * Returns the consent that an operator gives to a change of a policy: the session, the password, or an only operator's password.
 *
 * @param password given with the change; undefined if the page has not asked for it
 */
export async function consentOf(db: Database, operator: User, password: OwnPassword | undefined): Promise<ChangedBy> {
  const { username: by } = operator;
  if (password === undefined) return { by, consent: 'session' };
  return { by, consent: (await isOnlyOperator(db, operator)) ? 'only-operator' : 'password' };
}
