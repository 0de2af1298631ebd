import type { FastifyRequest } from 'fastify';

/** The route of a request for an address outside of the table of routes. */
export const NO_ROUTE = 'none';

/** Returns the route of a request as the table of routes has it, such as `GET /api/devices/{id}`, or `NO_ROUTE`. */
export const routeOf = (request: FastifyRequest): string =>
  request.routeOptions.config.address ?? (request.is404 ? NO_ROUTE : (request.routeOptions.url ?? NO_ROUTE));
