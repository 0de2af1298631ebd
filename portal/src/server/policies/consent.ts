import type { ChangedBy } from '@cardwright/cms/policies';
import type { User } from '../store/schema.js';

/**
 * Returns the consent that an operator gives to a change of a policy. If the request has none, it is `session`. Otherwise it is `proved`, or `alone` where
 * the settings let one administrator act alone. Who else can sign in does not matter: an administrator could see to it that nobody can.
 *
 * @param given consent in the request, with which `serve()` has wanted a fresh proof of identity
 */
export function consentOf({ username: by }: User, given: true | undefined, mayActAlone: boolean): ChangedBy {
  if (given === undefined) return { by, consent: 'session' };
  return { by, consent: mayActAlone ? 'alone' : 'proved' };
}
