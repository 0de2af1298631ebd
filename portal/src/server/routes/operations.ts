import { CMS_ROUTES, negotiateLanguage } from '@cardwright/cms';
import { CardwrightError } from '@cardwright/protocol';
import type { CmsPath } from '@cardwright/protocol/cms';
import type { FastifyInstance } from 'fastify';
import type { Right } from '../rights.js';
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
  const answer = async (path: CmsPath, id: string, body: unknown, call: Call<'own-devices'>): Promise<unknown> => {
    const isTooLate = call.session.expiresAt.getTime() - Date.now() < ENOUGH;
    if (path === 'operations' && isTooLate) throw new CardwrightError('LOGIN_REQUIRED', { fresh: true });
    return answerContract(services, path, id, body, call);
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

/**
 * Lets the card management answer a request of the sdk, for the user of the session.
 *
 * @param id id of the operation; empty if the path has none
 * @throws CardwrightError as the path says (`cmsContract`)
 */
export async function answerContract(
  { cms }: Pick<PortalServices, 'cms'>,
  path: CmsPath,
  id: string,
  body: unknown,
  { session: { user: person, proof }, request }: Call<Right>,
): Promise<unknown> {
  const route = CMS_ROUTES.find((one) => one.path === path);
  if (!route) throw new CardwrightError('METHOD_NOT_FOUND');
  const language = negotiateLanguage(request.headers['accept-language']);
  return route.answer(cms, { person, language, address: request.ip, proof }, id, body);
}
