import { cancelRequest, operationId, resultsRequest, startRequest, validate } from '@cardwright/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as v from 'valibot';
import { chooseLanguage } from '../language.js';
import { cancelOperation, continueOperation, startOperation, type Requester } from '../operations/operation.js';
import type { Services } from '../operations/services.js';
import { readBody, requireUser } from '../request-guards.js';

const parameters = v.strictObject({ id: operationId });
const idOf = (request: FastifyRequest): string => validate(parameters, request.params).id;

/** The operations of the protocol's cms.ts. */
export function operationRoutes(app: FastifyInstance, services: Services): void {
  const requesterOf = async (request: FastifyRequest): Promise<Requester> => ({
    user: await requireUser(services, request),
    language: chooseLanguage(request.headers['accept-language']),
  });

  app.post('/api/operations', async (request) => {
    const requester = await requesterOf(request);
    return startOperation(services, requester, readBody(startRequest, request));
  });

  app.post('/api/operations/:id/results', async (request) => {
    const requester = await requesterOf(request);
    const { step, outcomes } = readBody(resultsRequest, request);
    return continueOperation(services, requester, idOf(request), step, outcomes);
  });

  app.post('/api/operations/:id/cancel', async (request) => {
    const requester = await requesterOf(request);
    const { session } = readBody(cancelRequest, request);
    return cancelOperation(services, requester, idOf(request), session);
  });
}
