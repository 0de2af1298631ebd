import * as v from 'valibot';
import { grant, groupName, type Grant } from '../../rights.js';
import type { User } from '../../store/schema.js';
import { ID, of, type RouteTable } from './route.js';

/** Maximum number of grants of one person, and of groups to which a person belongs. */
const MOST = 100;

const answer = v.object({
  person: of<Pick<User, 'username' | 'displayName'>>(),
  /** Set if a provider or directory decides on the person's roles and groups, so that nobody changes them here. */
  isBound: v.boolean(),
  grants: of<readonly Grant[]>(),
  /** The groups of people to which the person belongs. */
  groups: of<readonly string[]>(),
  /** The groups of the grants that nobody is in now, so that the role reaches nobody by them. */
  emptyGroups: of<readonly string[]>(),
});

/** The roles of people. */
export const ROLE_ROUTES = {
  'GET /api/operator/people/{id}/roles': {
    who: 'see-roles',
    takes: v.object({ parameters: ID }),
    answer,
    sentence: 'Lists the roles of a person, and their groups.',
  },
  'PUT /api/operator/people/{id}/roles': {
    who: 'change-roles',
    bound: 'change',
    fresh: 'roles.changed',
    takes: v.object({
      parameters: ID,
      body: v.strictObject({ grants: v.pipe(v.array(grant), v.maxLength(MOST)) }),
    }),
    answer,
    errors: ['LAST_ADMINISTRATOR'],
    sentence:
      'Replaces the roles of a person, and ends their sessions. The caller, if they change their own roles, keeps this one, with a new cookie.',
  },
  'PUT /api/operator/people/{id}/groups': {
    who: 'change-roles',
    bound: 'change',
    fresh: 'groups.changed',
    takes: v.object({
      parameters: ID,
      body: v.strictObject({ groups: v.pipe(v.array(groupName), v.maxLength(MOST)) }),
    }),
    answer,
    sentence: 'Puts a person into groups, and takes them out of all others.',
  },
} as const satisfies RouteTable;
