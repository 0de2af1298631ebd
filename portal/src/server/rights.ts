/** The roles of people. A person can have several. */
export const ROLES = ['user', 'help-desk', 'operator', 'administrator', 'auditor'] as const;
export type Role = (typeof ROLES)[number];

/** A role of a person, for everybody or for a group of people. */
export interface Grant {
  readonly role: Role;
  /** Name of the group; null for everybody. */
  readonly group: string | null;
}

/** Every right, with what it permits. A right permits the routes that name it (`Route.who`). */
export const RIGHTS = {
  'own-account': 'prove again who one is',
  'own-devices': "issue, use and report one's own devices",
  'see-devices': 'read devices, their owners and their operations',
  'act-on-devices': 'approve, suspend, release and terminate devices, and ask their owners for operations',
  'issue-codes': 'issue one-time codes for new PINs',
  'show-pins': 'show initial PINs',
  'see-support-files': 'read support files',
  'keep-support-files': 'add and remove support files',
  'see-audit': 'read the audit log',
  'see-policies': "read device policies, and the vendors' certificates in them",
  'change-policies': 'change device policies, and what they trust',
  'see-roles': 'read the roles of people',
  'change-roles': 'give and take roles',
} as const;
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
  ],
  administrator: ['own-account', 'see-audit', 'see-policies', 'change-policies', 'see-roles', 'change-roles'],
  auditor: ['own-account', 'see-devices', 'see-support-files', 'see-audit', 'see-policies', 'see-roles'],
};

/** Returns the rights that a person has by their grants, in the order of `RIGHTS`. A grant for a group gives no rights. */
export function rightsOf(grants: readonly Grant[]): Right[] {
  const held = new Set(grants.filter(({ group }) => group === null).flatMap(({ role }) => RIGHTS_OF[role]));
  return Object.keys(RIGHTS).filter((name): name is Right => isRight(name) && held.has(name));
}

/** Returns the roles that have a right. */
export const rolesWith = (right: Right): Role[] =>
  Object.entries(RIGHTS_OF).flatMap(([role, rights]) => (rights.includes(right) ? [role as Role] : []));
