import { chooseLanguage, CMS_ROUTES } from '@cardwright/cms';
import { validate } from '@cardwright/protocol';
import type { FastifyInstance } from 'fastify';
import * as v from 'valibot';
import { requireSession } from '../request-guards.js';
import type { Services } from '../services.js';

const parameters = v.object({ id: v.optional(v.string(), '') });

/** The contract between sdk and CMS (the protocol's cms.ts), below /api. */
export function operationRoutes(app: FastifyInstance, services: Services): void {
  for (const { path, answer } of CMS_ROUTES)
    app.post(`/api/${path.replace('{id}', ':id')}`, async (request) => {
      const { user: person, proof } = await requireSession(services, request);
      const language = chooseLanguage(request.headers['accept-language']);
      return answer(
        services.cms,
        { person, language, address: request.ip, proof },
        validate(parameters, request.params).id,
        request.body,
      );
    });
}
