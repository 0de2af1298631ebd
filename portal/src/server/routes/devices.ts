import { negotiateLanguage } from '@cardwright/cms';
import type { FastifyInstance } from 'fastify';
import { describeOwnDevices } from '../devices/own-devices.js';
import type { PortalServices } from '../services.js';
import { serve } from './serve.js';
import { DEVICE_ROUTES } from './table/devices.js';

/** Serves a user's own devices (`DEVICE_ROUTES`). */
export function deviceRoutes(app: FastifyInstance, services: PortalServices): void {
  const { cms, database, passkeys, deviceLimit, deviceSource, mobile } = services;
  const offers = { passkeyServices: passkeys.all, deviceLimit, mobile, cms };

  serve(app, services, DEVICE_ROUTES, {
    'GET /api/devices': async (_input, { session: { user }, request }) => {
      const language = negotiateLanguage(request.headers['accept-language']);
      return { ...(await describeOwnDevices(database.db, user, language, offers)), deviceSource };
    },

    'POST /api/devices/{id}/start-again': async ({ parameters: { id } }, { session: { user } }) => {
      await cms.startAgain(user, id);
      return {};
    },

    'PUT /api/devices/{id}/name': async ({ parameters: { id }, body }, { session: { user } }) => ({
      name: await cms.rename(user, id, body),
    }),
  });
}
