import type { Grant } from '../rights.js';
import type { WrittenDirectory } from './ldap/settings.js';

/** The settings that say what groups of a provider or directory mean here. */
export type GroupSettings = Pick<WrittenDirectory, 'everyone' | 'roles' | 'groups'>;

/** What a person is here by the groups of a provider. */
export interface Standing {
  readonly grants: readonly Grant[];
  /** The groups of people here to which the person belongs. */
  readonly groups: readonly string[];
}

/**
 * Returns the roles and groups of a person in these groups of a provider. Groups are compared exactly, and a group that the settings do not name
 * gives nothing. Returns null if the person has no role, and so may not sign in.
 */
export function standingByGroups(
  { everyone, roles, groups }: GroupSettings,
  named: readonly string[],
): Standing | null {
  const given = roles.filter(({ group }) => named.includes(group));
  const grants: Grant[] = [
    ...everyone.map((role) => ({ role, group: null })),
    ...given.map((one) => ({ role: one.role, group: 'for' in one ? one.for : null })),
  ];
  return grants.length === 0 ? null : { grants, groups: groups.filter((group) => named.includes(group)) };
}
