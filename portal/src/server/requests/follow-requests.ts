import type { FastifyInstance, FastifyRequest } from 'fastify';
import { beginRequest, duringRequest, type RequestUnderWay } from '../access.js';
import { REQUEST_ID_HEADER } from './request-ids.js';

const followed = new WeakMap<FastifyRequest, RequestUnderWay>();

/**
 * Lets everything that hooks and handlers do know which request it is for (`currentAccess`), and tells the client the request's id, by which the log
 * and the audit log name it. Has to be called before other hooks are added.
 */
export function followRequests(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.header(REQUEST_ID_HEADER, request.id);
    withinRequest(request, done);
  });
  // The events of a body come from the socket, which belongs to no request.
  app.addHook('preValidation', (request, _reply, done) => withinRequest(request, done));
}

/** Does work of a request where Fastify may have lost track of it: for its errors, and after its answer. */
export function withinRequest<T>(request: FastifyRequest, work: () => T): T {
  const known = followed.get(request) ?? beginRequest({ id: request.id, address: request.ip });
  followed.set(request, known);
  return duringRequest(known, work);
}
