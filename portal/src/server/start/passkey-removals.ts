import type { FastifyInstance } from 'fastify';
import type { DueWork } from '../work/due-work.js';
import type { Routes } from '../../features/list.js';

/**
 * Requests after which passkeys may be due for removal: a passkey was removed by its owner, a device was released, was reported as stolen, is being given back or reset, was replaced, or
 * its issuance will never be finished.
 */
const MAY_DROP: readonly (keyof Routes)[] = [
  'POST /api/operator/devices/{id}/{action}',
  'POST /api/devices/{id}/start-again',
  'POST /api/devices/{id}/report',
  'POST /api/operations',
  'POST /api/operations/{id}/results',
  'POST /api/operations/{id}/cancel',
];

/** Nudges the removals after the answer to each request of `MAY_DROP`. */
export function removeAfterRequests(app: FastifyInstance, removals: Pick<DueWork, 'nudge'>): void {
  app.addHook('onResponse', (request, _reply, done) => {
    const { address } = request.routeOptions.config;
    if (MAY_DROP.some((one) => one === address)) removals.nudge();
    done();
  });
}
