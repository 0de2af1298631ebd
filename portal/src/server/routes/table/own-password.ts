import * as v from 'valibot';
import { givenPassword } from '../../accounts/reauthentication.js';
import type { AuditEntry } from '../../audit.js';
import { entriesOf } from './route.js';

/** The event that records a wrong password. */
type Occasion = AuditEntry['event'];

const OCCASIONS = new WeakMap<object, Occasion>();

/** The caller's own `password` in a body. A request without it is refused. `serve()` checks it before the handler runs. */
export const ownPassword = (occasion: Occasion) => recordedAs(occasion, givenPassword());
/** The caller's own `password`, needed only for a change that widens trust. */
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

/** Returns the demand in a route's input; undefined if there is none. */
export function ownPasswordIn(takes: v.GenericSchema): AskedPassword | undefined {
  const { password } = entriesOf(entriesOf(takes).body);
  const occasion = password && OCCASIONS.get(password);
  return occasion && { occasion, isNeeded: password.type !== 'exact_optional' };
}
