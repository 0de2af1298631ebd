import * as v from 'valibot';
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
export const ownPassword = (occasion: Occasion) => recordedAs(occasion, givenPassword());
/**
 * Returns the schema of the caller's own `password` in a body. The password may be missing, because it is needed only to widen trust. If the
 * password is given, `serve()` checks it.
 *
 * @param occasion event under which a wrong password is recorded
 */
export const passwordToWidenTrust = (occasion: Occasion) => recordedAs(occasion, v.exactOptional(givenPassword()));

function recordedAs<S extends object>(occasion: Occasion, schema: S): S {
  OCCASIONS.set(schema, occasion);
  return schema;
}

/** A route's demand for the caller's own password. */
export interface AskedPassword {
  readonly occasion: Occasion;
  readonly isNeeded: boolean;
}

/** Returns the demand for the password in the schema of a route's input. Returns undefined if the route takes no password. */
export function ownPasswordIn(takes: v.GenericSchema): AskedPassword | undefined {
  const { password } = entriesOf(entriesOf(takes).body);
  const occasion = password && OCCASIONS.get(password);
  return occasion && { occasion, isNeeded: password.type !== 'exact_optional' };
}
