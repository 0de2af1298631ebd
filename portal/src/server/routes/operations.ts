import { CMS_ROUTES, negotiateLanguage } from '@cardwright/cms';
import { CardwrightError } from '@cardwright/protocol';
import type { CmsPath } from '@cardwright/protocol/cms';
import type { FastifyInstance } from 'fastify';
import type { PortalServices } from '../services.js';
import { serve, type Call } from './serve.js';
import { OPERATION_ROUTES } from './table/operations.js';

/** Serves the requests that the sdk in a page sends to the card management (`OPERATION_ROUTES`). */
export function operationRoutes(app: FastifyInstance, services: PortalServices): void {
  const answer = async (path: CmsPath, id: string, body: unknown, { session, request }: Call<'own-devices'>) => {
    const { user: person, proof } = session;
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
