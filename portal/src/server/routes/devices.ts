import { negotiateLanguage } from '@cardwright/cms';
import type { FastifyInstance } from 'fastify';
import { describeOwnDevices } from '../devices/own-devices.js';
import type { PortalServices } from '../services.js';
import { serve, type Call } from './serve.js';
import { DEVICE_ROUTES } from './table/devices.js';

/** The sender of a request, with their last proof of identity. */
function requesterOf({ session: { user: person, proof }, request }: Call<'own-devices'>) {
  return { person, proof, language: negotiateLanguage(request.headers['accept-language']), address: request.ip };
}

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

    'POST /api/devices/{id}/report': async ({ parameters: { id }, body }, { session: { user } }) => {
      await cms.report(user, id, body);
      return {};
    },

    'POST /api/devices/{id}/take-back': async ({ parameters: { id } }, call) => {
      await cms.takeBack(requesterOf(call), id);
      return {};
    },

    'POST /api/devices/{id}/replace': async ({ parameters: { id } }, call) => {
      await cms.replace(requesterOf(call), id);
      return {};
    },
  });
}
