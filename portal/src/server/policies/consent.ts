import type { ChangedBy } from '@cardwright/cms/policies';
import { isOnlyOneWith } from '../accounts/roles.js';
import type { Database } from '../store/database.js';
import type { User } from '../store/schema.js';

/**
 * Returns the consent that an operator gives to a change of a policy. If the request has none, it is `session`. Otherwise it is `proved` if there are
 * other operators, and `only-operator` if there are none.
 *
 * @param given consent in the request, with which `serve()` has wanted a fresh proof of identity
 */
export async function consentOf(db: Database, operator: User, given: true | undefined): Promise<ChangedBy> {
  const { username: by } = operator;
  if (given === undefined) return { by, consent: 'session' };
  return { by, consent: (await isOnlyOneWith(db, operator, 'change-policies')) ? 'only-operator' : 'proved' };
}
