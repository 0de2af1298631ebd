import { CardwrightError, commands, type Method } from '@cardwright/protocol';
import { GRANT_CLASSES, type GrantClass } from '@cardwright/protocol/settings';
import * as v from 'valibot';

export const grantClasses = v.array(v.picklist(GRANT_CLASSES));

/**
 * Checks that the class of a command was granted. A command without a class (`none`) needs no grant.
 *
 * @throws CardwrightError `PERMISSION_DENIED`, with the missing class
 */
export function requireGrant(method: Method, granted: readonly GrantClass[]): void {
  const { permission } = commands[method];
  if (permission !== 'none' && !granted.includes(permission)) {
    throw new CardwrightError('PERMISSION_DENIED', { permission });
  }
}
