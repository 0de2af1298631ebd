import { CardwrightError } from '@cardwright/protocol';
import type { FastifyInstance } from 'fastify';
import { findById } from '../accounts/accounts.js';
import { changeRoles } from '../accounts/change-roles.js';
import { emptyGroupsOf, grantsOf, groupsOf, setGroups } from '../accounts/roles.js';
import { record } from '../audit.js';
import { isBound } from '../accounts/bound.js';
import type { PortalServices } from '../services.js';
import type { Database } from '../store/database.js';
import type { User } from '../store/schema.js';
import { serve } from './serve.js';
import { afterRoleChange } from './session.js';
import { ROLE_ROUTES } from './table/roles.js';

/** Serves the roles of people, and their groups (`ROLE_ROUTES`). */
export function roleRoutes(app: FastifyInstance, services: PortalServices): void {
  const { db } = services.database;

  serve(app, services, ROLE_ROUTES, {
    'GET /api/operator/people/{id}/roles': async ({ parameters: { id } }) => {
      return read(db, await requirePerson(db, id));
    },

    'PUT /api/operator/people/{id}/roles': ({ parameters: { id }, body: { grants } }, call) =>
      db.transaction(async (transaction) => {
        const person = await requireLocal(transaction, id);
        await changeRoles(transaction, person, grants, call.session.user);
        await afterRoleChange(transaction, services, call, id);
        return read(transaction, person);
      }),

    'PUT /api/operator/people/{id}/groups': ({ parameters: { id }, body: { groups } }, { session: { user } }) =>
      db.transaction(async (transaction) => {
        const person = await requireLocal(transaction, id);
        const before = await setGroups(transaction, id, groups);
        const now = await read(transaction, person);
        const detail = { username: person.username, before: before.join(', '), after: now.groups.join(', ') };
        await record(transaction, { actor: user.username, event: 'groups.changed', personId: id, detail });
        return now;
      }),
  });
}

/** Reads the roles and the groups of a person, and who decides on them. */
async function read(db: Database, { id, username, displayName }: User) {
  const grants = await grantsOf(db, id);
  return {
    person: { username, displayName },
    isBound: await isBound(db, { id }),
    grants,
    groups: await groupsOf(db, id),
    emptyGroups: await emptyGroupsOf(
      db,
      grants.flatMap(({ group }) => group ?? []),
    ),
  };
}

/**
 * Returns a person.
 *
 * @throws CardwrightError `INVALID_PARAMS` if nobody has the id
 */
async function requirePerson(db: Database, id: string): Promise<User> {
  const person = await findById(db, id);
  if (!person) throw new CardwrightError('INVALID_PARAMS', { path: 'id', problem: 'expected the id of a person' });
  return person;
}

/**
 * Returns a person whose roles and groups can be changed here.
 *
 * @throws CardwrightError `INVALID_PARAMS` if nobody has the id, or if a provider or directory says which roles and groups the person has
 */
async function requireLocal(db: Database, id: string): Promise<User> {
  const person = await requirePerson(db, id);
  if (await isBound(db, person))
    throw new CardwrightError('INVALID_PARAMS', { path: 'id', problem: 'expected a person with a local account' });
  return person;
}
