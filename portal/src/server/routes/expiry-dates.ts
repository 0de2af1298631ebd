import type { FastifyInstance } from 'fastify';
import type { PortalServices } from '../services.js';
import { serve } from './serve.js';
import { EXPIRY_DATE_ROUTES } from './table/expiry-dates.js';

/** Serves what expires in the installation (`EXPIRY_DATE_ROUTES`). */
export function expiryDateRoutes(app: FastifyInstance, services: PortalServices): void {
  serve(app, services, EXPIRY_DATE_ROUTES, {
    'GET /api/operator/expiry-dates': async () => ({ expiryDates: await services.expiryDates() }),
  });
}
