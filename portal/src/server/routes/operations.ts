import { operationId, resultsRequest, startRequest, validate } from '@cardwright/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as v from 'valibot';
import { cancelOperation, continueOperation, startOperation } from '../operations/operation.js';
import type { Services } from '../operations/services.js';
import { readBody, requireUser } from '../request-guards.js';

const parameters = v.strictObject({ id: operationId });
const idOf = (request: FastifyRequest): string => validate(parameters, request.params).id;

/** The operations of the protocol's cms.ts. */
export function operationRoutes(app: FastifyInstance, services: Services): void {
  app.post('/api/operations', async (request) => {
    const user = await requireUser(services, request);
    return startOperation(services, user, readBody(startRequest, request));
  });

  app.post('/api/operations/:id/results', async (request) => {
    const user = await requireUser(services, request);
    const { step, outcomes } = readBody(resultsRequest, request);
    return continueOperation(services, user, idOf(request), step, outcomes);
  });

  app.post('/api/operations/:id/cancel', async (request) => {
    const user = await requireUser(services, request);
    return cancelOperation(services, user, idOf(request));
  });
}
