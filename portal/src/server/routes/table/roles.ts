import { ROLES, type Grant } from '../../accounts/roles.js';
import * as v from 'valibot';
import { ownPassword } from './own-password.js';
import { ID, of, type RouteTable } from './route.js';

/** Maximum number of grants of one person. */
const MOST_GRANTS = 100;

const grant = v.strictObject({ role: v.picklist(ROLES), group: v.null() });
const answer = v.object({ grants: of<readonly Grant[]>() });

/** The roles of people. */
export const ROLE_ROUTES = {
  'GET /api/operator/people/{id}/roles': {
    who: 'see-roles',
    takes: v.object({ parameters: ID }),
    answer,
    sentence: 'Lists the roles of a person.',
  },
  'PUT /api/operator/people/{id}/roles': {
    who: 'change-roles',
    takes: v.object({
      parameters: ID,
      body: v.strictObject({
        grants: v.pipe(v.array(grant), v.maxLength(MOST_GRANTS)),
        password: ownPassword('roles.changed'),
      }),
    }),
    answer,
    errors: ['LAST_ADMINISTRATOR', 'PASSWORD_INCORRECT', 'RATE_LIMITED'],
    sentence: 'Replaces the roles of a person. They count from the next request of that person on.',
  },
} as const satisfies RouteTable;
