import type { Permission } from './command.js';

/** Classes of commands that can be granted to a site: read a card, use it, or change its content. */
export const GRANT_CLASSES = ['read', 'use', 'manage'] as const satisfies readonly Exclude<Permission, 'none'>[];
export type GrantClass = (typeof GRANT_CLASSES)[number];

/**
 * Returns the classes of all lists, without repetitions, in the order of `GRANT_CLASSES`.
 *
 * @example
 * sortedClasses(['use'], ['read', 'use']); // ['read', 'use']
 */
export const sortedClasses = (...lists: readonly (readonly GrantClass[])[]): GrantClass[] =>
  GRANT_CLASSES.filter((one) => lists.some((list) => list.includes(one)));
