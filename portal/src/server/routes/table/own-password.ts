import type * as v from 'valibot';
import { givenPassword } from '../../accounts/reauthentication.js';
import type { AuditEntry } from '../../audit.js';
import { entriesOf } from './route.js';

/** Event under which a wrong password is recorded in the audit log. */
type Occasion = AuditEntry['event'];

const OCCASIONS = new WeakMap<object, Occasion>();

/**
 * Returns the schema of the caller's own `password` in a body. A request without the password is refused. `serve()` checks the password before
 * the handler runs.
 *
 * @param occasion event under which a wrong password is recorded
 */
export function ownPassword(occasion: Occasion) {
  const schema = givenPassword();
  OCCASIONS.set(schema, occasion);
  return schema;
}

/** Returns the event under which a wrong password is recorded. Returns undefined if the input of a route has no password to check. */
export function ownPasswordIn(takes: v.GenericSchema): Occasion | undefined {
  const { password } = entriesOf(entriesOf(takes).body);
  return password && OCCASIONS.get(password);
}
