import { DEVICE_STATES } from '@cardwright/cms/devices';
import { CardwrightError } from '@cardwright/protocol';
import type { FastifyInstance } from 'fastify';
import { grantsOf, groupsOf } from '../accounts/roles.js';
import { withDependence } from '../devices/operators-independence.js';
import { isReached } from '../rights.js';
import { describeForOperator, leavingOf } from '../devices/device-description.js';
import type { PortalServices } from '../services.js';
import { readPerson } from '../store/person-devices.js';
import { serve } from './serve.js';
import { PERSON_ROUTES } from './table/people.js';

/** Serves the operator's page of one person (`PERSON_ROUTES`). */
export function personRoutes(app: FastifyInstance, services: PortalServices): void {
  const { database, deviceLimit } = services;

  serve(app, services, PERSON_ROUTES, {
    'GET /api/operator/people/{id}': async ({ parameters: { id } }, { session }) => {
      const read = await readPerson(database.db, id);
      if (!read) throw new CardwrightError('INVALID_PARAMS', { path: 'id', problem: 'expected the id of a person' });
      const judging = await withDependence(services, session);
      const { person, inUse, over, hasMore } = read;
      const { leftAt, leftBecause, ...about } = person;
      return {
        person: { ...about, left: leavingOf({ leftAt, leftBecause }) },
        grants: isReached(session.reaches, 'see-roles', await groupsOf(database.db, id))
          ? await grantsOf(database.db, id)
          : null,
        devices: inUse.map((one) => describeForOperator(one, judging)),
        over: over.map((one) => describeForOperator(one, judging)),
        hasMore,
        limit: { max: deviceLimit, used: inUse.filter(({ device }) => DEVICE_STATES[device.state].counts).length },
      };
    },
  });
}
