import type { Role } from '../store/schema.js';
import type { OidcSettings } from './settings.js';

/** The settings that say which roles groups give. */
export type GroupRoles = Pick<OidcSettings, 'roles' | 'withoutGroup'>;

/**
 * Returns the role of a person in these groups: the highest that the settings name for one of them. Groups are compared exactly, and a group that
 * the settings do not name gives nothing. Returns null if the person may not sign in.
 */
export function roleOfGroups({ roles, withoutGroup }: GroupRoles, groups: readonly string[]): Role | null {
  const given = roles.filter(({ group }) => groups.includes(group)).map(({ role }) => role);
  if (given.includes('operator')) return 'operator';
  return given.length > 0 || withoutGroup === 'user' ? 'user' : null;
}
