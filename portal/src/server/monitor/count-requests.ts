import type { FastifyInstance } from 'fastify';
import { failureOf } from '../requests/http-errors.js';
import { routeOf } from '../requests/route-of.js';
import type { Counters } from './counters.js';

const SECOND = 1000;

/** Counts the requests to the app, by their addresses in the table of routes and never by their paths. */
export function countRequests(app: FastifyInstance, counters: Counters): void {
  app.addHook('onResponse', (request, reply, done) => {
    const route = routeOf(request);
    counters.add('cardwright_http_requests_total', { route, status: String(reply.statusCode) });
    counters.observe('cardwright_http_request_duration_seconds', { route }, reply.elapsedTime / SECOND);
    const code = failureOf(request);
    if (code !== undefined) counters.add('cardwright_http_errors_total', { code });
    done();
  });
}
