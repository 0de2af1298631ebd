import { text } from '@cardwright/protocol/schemas';
import * as v from 'valibot';
import { GROUP_ROLES, ROLES, groupName } from '../rights.js';

/** Schema of a group, as a provider or directory names it. */
const group = v.pipe(text(1000), v.minLength(1));

/** The settings of a provider or directory that say which roles and groups its people have here. */
export const standingSettings = {
  /** The roles of everyone whom the provider signs in. A person without a role is refused. */
  everyone: v.optional(v.array(v.picklist(ROLES)), ['user']),
  /** The roles that groups give. A group that is not named gives nothing. */
  roles: v.optional(
    v.pipe(
      v.array(
        v.union([
          v.strictObject({ group, role: v.picklist(ROLES) }),
          /** The role reaches only a group of people here. */
          v.strictObject({ group, role: v.picklist(GROUP_ROLES), for: groupName }),
        ]),
      ),
      v.maxLength(200),
    ),
    [],
  ),
  /** Groups of the provider that are groups of people here too, with the same name. */
  groups: v.optional(v.pipe(v.array(groupName), v.maxLength(200)), []),
};
