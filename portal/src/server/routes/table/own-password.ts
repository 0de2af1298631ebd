import * as v from 'valibot';
import { givenPassword } from '../../accounts/reauthentication.js';
import type { AuditEntry } from '../../audit.js';
import { entriesOf } from './route.js';

/** What a wrong password is recorded as. */
type Occasion = AuditEntry['event'];

const OCCASIONS = new WeakMap<object, Occasion>();

/** A body's `password` of whoever calls: without it nothing is done. `serve()` checks it before the handler runs. */
export const ownPassword = (occasion: Occasion) => recordedAs(occasion, givenPassword());
/** The same, where only a change that widens trust needs it. */
export const passwordToWidenTrust = (occasion: Occasion) => recordedAs(occasion, v.exactOptional(givenPassword()));

function recordedAs<S extends object>(occasion: Occasion, schema: S): S {
  OCCASIONS.set(schema, occasion);
  return schema;
}

/** What a route's input says of the password of whoever calls. */
export interface AskedPassword {
  readonly occasion: Occasion;
  readonly isNeeded: boolean;
}

/** What of that a route takes; undefined for none. */
export function ownPasswordIn(takes: v.GenericSchema): AskedPassword | undefined {
  const { password } = entriesOf(entriesOf(takes).body);
  const occasion = password && OCCASIONS.get(password);
  return occasion && { occasion, isNeeded: password.type !== 'exact_optional' };
}
