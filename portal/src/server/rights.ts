import { text } from '@cardwright/protocol/schemas';
import * as v from 'valibot';

/** The roles of people. A person can have several. */
export const ROLES = ['user', 'help-desk', 'operator', 'administrator', 'auditor'] as const;
export type Role = (typeof ROLES)[number];

/** A role of a person, for everybody or for a group of people. */
export interface Grant {
  readonly role: Role;
  /** Name of the group; null for everybody. */
  readonly group: string | null;
}

/**
 * Whom a right concerns:
 * - `self`: only the person who has it. Every grant gives it, also one for a group of people.
 * - `people`: other people, with their devices. A grant for a group gives it for the people of this group.
 * - `portal`: everybody at once. Only a grant for everybody gives it.
 */
type Concern = 'self' | 'people' | 'portal';

/** Every right, with what it permits. A right permits the routes that name it (`Route.who`). */
export const RIGHTS = {
  'own-account': { concerns: 'self', permits: "prove again who one is, and see and end one's own sessions" },
  'own-devices': { concerns: 'self', permits: "issue, use and report one's own devices" },
  'see-devices': { concerns: 'people', permits: 'read devices, their owners and their operations' },
  'act-on-devices': {
    concerns: 'people',
    permits: 'approve, suspend, release and terminate devices, and ask their owners for operations',
  },
  'issue-codes': { concerns: 'people', permits: 'issue one-time codes for new PINs' },
  'show-pins': { concerns: 'people', permits: 'show initial PINs' },
  'see-support-files': { concerns: 'people', permits: 'read support files' },
  'keep-support-files': { concerns: 'people', permits: 'add and remove support files' },
  'see-audit': { concerns: 'people', permits: 'read the audit log' },
  'end-sessions': { concerns: 'people', permits: 'see and end the sessions of people' },
  'remove-passkeys': { concerns: 'people', permits: 'see and remove the passkeys with which people sign in' },
  'see-policies': { concerns: 'portal', permits: "read device policies, and the vendors' certificates in them" },
  'change-policies': { concerns: 'portal', permits: 'change device policies, and what they trust' },
  'see-accounts': { concerns: 'portal', permits: 'read the local accounts' },
  'change-accounts': {
    concerns: 'portal',
    permits: 'add, disable, enable and delete local accounts, and make links for passwords',
  },
  'see-expiry-dates': { concerns: 'portal', permits: 'read what expires in the installation, and when' },
  'see-roles': { concerns: 'people', permits: 'read the roles and groups of people' },
  'change-roles': { concerns: 'portal', permits: 'give and take roles, and put people into groups' },
} as const satisfies Readonly<Record<string, { readonly concerns: Concern; readonly permits: string }>>;
export type Right = keyof typeof RIGHTS;

/** Returns true if a text names a right. */
export const isRight = (name: string): name is Right => Object.hasOwn(RIGHTS, name);

/** The rights of each role. This table is their only source: the server judges by it, and tells the pages what to offer. */
export const RIGHTS_OF: Readonly<Record<Role, readonly Right[]>> = {
  user: ['own-account', 'own-devices'],
  'help-desk': ['own-account', 'see-devices', 'issue-codes', 'see-support-files', 'keep-support-files'],
  operator: [
    'own-account',
    'see-devices',
    'act-on-devices',
    'issue-codes',
    'show-pins',
    'see-support-files',
    'keep-support-files',
    'see-audit',
    'end-sessions',
    'remove-passkeys',
    'see-expiry-dates',
  ],
  administrator: [
    'own-account',
    'see-audit',
    'end-sessions',
    'remove-passkeys',
    'see-policies',
    'change-policies',
    'see-accounts',
    'change-accounts',
    'see-expiry-dates',
    'see-roles',
    'change-roles',
  ],
  auditor: [
    'own-account',
    'see-devices',
    'see-support-files',
    'see-audit',
    'see-policies',
    'see-accounts',
    'see-expiry-dates',
    'see-roles',
  ],
};

/** The people whom a right reaches: everybody (null), or the members of some groups. */
export type Reach = readonly string[] | null;
/** The rights of a person, each with its reach. A right that the person does not have is missing. */
export type Reaches = ReadonlyMap<Right, Reach>;

/** Returns the rights that a person has by their grants, in the order of `RIGHTS`. */
export function reachesOf(grants: readonly Grant[]): Reaches {
  const reaches = new Map<Right, Reach>();
  for (const right of Object.keys(RIGHTS).filter(isRight)) {
    const given = grants.filter(({ role }) => RIGHTS_OF[role].includes(right));
    const { concerns } = RIGHTS[right];
    const groups = given.flatMap(({ group }) => group ?? []);
    if (given.length > groups.length || (concerns === 'self' && given.length > 0)) reaches.set(right, null);
    else if (concerns === 'people' && groups.length > 0) reaches.set(right, groups);
  }
  return reaches;
}

/** Returns the reach of a right. A right that the person does not have reaches nobody. */
export const reachOf = (reaches: Reaches, right: Right): Reach => {
  const reach = reaches.get(right);
  return reach === undefined ? [] : reach;
};

/** Returns true if a right reaches a person. @param groups the groups of this person */
export const isReached = (reaches: Reaches, right: Right, groups: readonly string[]): boolean => {
  const reach = reachOf(reaches, right);
  return reach === null || reach.some((group) => groups.includes(group));
};

/** Returns the roles that have a right. */
export const rolesWith = (right: Right): Role[] =>
  Object.entries(RIGHTS_OF).flatMap(([role, rights]) => (rights.includes(right) ? [role as Role] : []));

/** Roles that can be given for a group of people. The other roles concern oneself, or the whole portal. */
export const GROUP_ROLES = ['help-desk', 'operator', 'auditor'] as const satisfies readonly Role[];

/** Schema of the name of a group of people: one line. */
export const groupName = v.pipe(text(200), v.regex(/^\P{Cc}*$/u), v.trim(), v.minLength(1));
/** Schema of a role that is given: for everybody, or, if it is in `GROUP_ROLES`, for a group of people. */
export const grant = v.union([
  v.strictObject({ role: v.picklist(ROLES), group: v.null() }),
  v.strictObject({ role: v.picklist(GROUP_ROLES), group: groupName }),
]);

/** Names roles in one line, for the command line and the audit log. */
export const namesOf = (grants: readonly Grant[]): string =>
  grants.map(({ role, group }) => (group === null ? role : `${role} for ${group}`)).join(', ');
