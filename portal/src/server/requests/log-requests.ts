import type { FastifyInstance } from 'fastify';
import { currentAccess } from '../access.js';
import { withinRequest } from './follow-requests.js';
import { failureOf } from './http-errors.js';
import { NO_ROUTE, routeOf } from './route-of.js';
import { log, type LogLevel } from '../log/log.js';

/**
 * Logs each request once it is answered: which route it was, by whom and how it ended. Refused requests are at the level `info`, failures of the portal
 * at `warn`, and all others at `debug`: also those for addresses that are in no table, of which anyone can send many. Neither path nor query is logged,
 * because some have secrets in them.
 */
export function logRequests(app: FastifyInstance): void {
  app.addHook('onResponse', (request, reply, done) => {
    const { statusCode: status } = reply;
    const route = routeOf(request);
    const code = failureOf(request);
    withinRequest(request, () => {
      const { address, sessionId } = currentAccess();
      log[levelOf(status, route)]('Request answered.', {
        method: request.method,
        // The method is a fact of its own, because HEAD is answered by the route of GET.
        route: route.replace(/^[A-Z]+ /, ''),
        status,
        duration: Math.round(reply.elapsedTime),
        ...(code === undefined ? {} : { code }),
        ...(address === null ? {} : { address }),
        ...(sessionId === null ? {} : { session: sessionId }),
      });
    });
    done();
  });
}

function levelOf(status: number, route: string): LogLevel {
  if (status >= 500) return 'warn';
  return status >= 400 && route !== NO_ROUTE ? 'info' : 'debug';
}
