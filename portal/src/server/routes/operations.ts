import { CMS_ROUTES, negotiateLanguage } from '@cardwright/cms';
import { CardwrightError } from '@cardwright/protocol';
import type { CmsPath } from '@cardwright/protocol/cms';
import type { FastifyInstance } from 'fastify';
import type { PortalServices } from '../services.js';
import { serve, type Call } from './serve.js';
import { OPERATION_ROUTES } from './table/operations.js';

/**
 * Milliseconds that a session must last for an operation to start. A session that ends earlier needs a fresh proof first, which puts off its end, so
 * that it does not end in the middle of the operation.
 */
const ENOUGH = 10 * 60 * 1000;

/** Serves the requests that the sdk in a page sends to the card management (`OPERATION_ROUTES`). */
export function operationRoutes(app: FastifyInstance, services: PortalServices): void {
  const answer = async (path: CmsPath, id: string, body: unknown, { session, request }: Call<'own-devices'>) => {
    const { user: person, proof, expiresAt } = session;
    if (path === 'operations' && expiresAt.getTime() - Date.now() < ENOUGH)
      throw new CardwrightError('LOGIN_REQUIRED', { fresh: true });
    const language = negotiateLanguage(request.headers['accept-language']);
    const route = CMS_ROUTES.find((one) => one.path === path);
    if (!route) throw new CardwrightError('METHOD_NOT_FOUND');
    return route.answer(services.cms, { person, language, address: request.ip, proof }, id, body);
  };

  serve(app, services, OPERATION_ROUTES, {
    'POST /api/devices/eligibility': ({ body }, call) => answer('devices/eligibility', '', body, call),
    'POST /api/operations': ({ body }, call) => answer('operations', '', body, call),
    'POST /api/operations/{id}/results': ({ parameters: { id }, body }, call) =>
      answer('operations/{id}/results', id, body, call),
    'POST /api/operations/{id}/cancel': ({ parameters: { id }, body }, call) =>
      answer('operations/{id}/cancel', id, body, call),
  });
}
