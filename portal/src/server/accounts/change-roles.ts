import { record } from '../audit.js';
import { namesOf, type Grant } from '../rights.js';
import type { Database } from '../store/database.js';
import type { User } from '../store/schema.js';
import { grantsOf, setGrants } from './roles.js';

/**
 * Replaces the roles of a person, and records that. The caller ends the person's sessions.
 *
 * @param transaction the transaction that also ends the sessions
 * @param actor user name of the administrator, or `command line`
 * @throws CardwrightError `LAST_ADMINISTRATOR` if nobody else would be an administrator
 */
export async function changeRoles(
  transaction: Database,
  { id, username }: Pick<User, 'id' | 'username'>,
  grants: readonly Grant[],
  actor: string,
): Promise<void> {
  const before = await setGrants(transaction, id, grants);
  const detail = { username, before: namesOf(before), after: namesOf(await grantsOf(transaction, id)) };
  await record(transaction, { actor, event: 'roles.changed', personId: id, detail });
}
