import type { FastifyInstance } from 'fastify';
import { DueWork } from './due-work.js';
import type { Routes } from './routes/table.js';

/** Removes due passkeys from their services. */
export class PasskeyRemovals extends DueWork {
  /** @param removeDue removes some due passkeys and returns their number; stops soon once `signal` is aborted */
  constructor(removeDue: (signal: AbortSignal) => Promise<number>) {
    super(
      removeDue,
      (problem) => `Passkeys could not be removed at their services (${problem}); the portal keeps trying.`,
    );
  }
}

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
export function removeAfterRequests(app: FastifyInstance, removals: PasskeyRemovals): void {
  app.addHook('onResponse', (request, _reply, done) => {
    const { address } = request.routeOptions.config;
    if (MAY_DROP.some((one) => one === address)) removals.nudge();
    done();
  });
}
