import type { ChangedBy } from '@cardwright/cms/policies';
import { isOnlyOneWith } from '../accounts/roles.js';
import type { OwnPassword } from '../accounts/reauthentication.js';
import type { Database } from '../store/database.js';
import type { User } from '../store/schema.js';

/**
 * Returns the consent that an operator gives to a change of a policy. Without a password it is `session`. With a password it is `password` if
 * there are other operators, and `only-operator` if there are none.
 *
 * @param password checked password; undefined if the request has no password
 */
export async function consentOf(db: Database, operator: User, password: OwnPassword | undefined): Promise<ChangedBy> {
  const { username: by } = operator;
  if (password === undefined) return { by, consent: 'session' };
  return { by, consent: (await isOnlyOneWith(db, operator, 'change-policies')) ? 'only-operator' : 'password' };
}
