import { record } from '../audit.js';
import { namesOf, type Grant } from '../rights.js';
import type { Database } from '../store/database.js';
import type { User } from '../store/schema.js';
import { noteAppointed, noteTaken, type Actor } from './power-acts.js';
import { grantsOf, setGrants } from './roles.js';

/**
 * Replaces the roles of a person, and records that. Where a role is given, the person's account comes into the hands of whoever gives it. The caller ends the person's sessions.
 *
 * @param transaction the transaction that also ends the sessions
 * @param by the administrator, or the server
 * @throws CardwrightError `LAST_ADMINISTRATOR` if nobody else would be an administrator
 */
export async function changeRoles(
  transaction: Database,
  { id, username }: Pick<User, 'id' | 'username'>,
  grants: readonly Grant[],
  by: Actor,
): Promise<void> {
  const before = await setGrants(transaction, id, grants);
  const after = await grantsOf(transaction, id);
  if (by.id === null) await noteAppointed(transaction, id, 'server');
  else if (givesPower(before, after)) await noteTaken(transaction, id, by, 'roles.changed');
  const detail = { username, before: namesOf(before), after: namesOf(after) };
  await record(transaction, { actor: by.username, event: 'roles.changed', personId: id, detail });
}

/** Returns true if a role besides that of a user is among the grants that was not there before. */
const givesPower = (before: readonly Grant[], after: readonly Grant[]): boolean =>
  after.some(({ role, group }) => role !== 'user' && !before.some((one) => one.role === role && one.group === group));
