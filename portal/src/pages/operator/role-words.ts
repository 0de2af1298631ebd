import type { Account } from '../api.js';
import { operatorText } from '../operator-text.js';

const { person: words } = operatorText;

export type Role = keyof typeof words.roles;

/** Every role, in the order of their rights. */
export const ROLES = Object.keys(words.roles) as readonly Role[];

/** Names the roles of grants, for one line. */
export const rolesIn = (grants: Account['grants']): string =>
  grants.length === 0
    ? words.noRole
    : grants
        .map(({ role, group }) => (group === null ? words.roles[role] : words.roleFor(words.roles[role], group)))
        .join(', ');
