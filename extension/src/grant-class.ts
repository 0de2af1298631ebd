import { CardwrightError, commands, type Method } from '@cardwright/protocol';
import type { Permission } from '@cardwright/protocol/command-definitions';
import * as v from 'valibot';

/** Classes of commands that can be granted to a site: read a card, use it, or change its content. */
export const GRANT_CLASSES = ['read', 'use', 'manage'] as const satisfies readonly Exclude<Permission, 'none'>[];
export type GrantClass = (typeof GRANT_CLASSES)[number];

export const grantClasses = v.array(v.picklist(GRANT_CLASSES));

/** Returns the classes of all lists, without repetitions, in the order of `GRANT_CLASSES`. */
export const sortedClasses = (...lists: readonly (readonly GrantClass[])[]): GrantClass[] =>
  GRANT_CLASSES.filter((one) => lists.some((list) => list.includes(one)));

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
