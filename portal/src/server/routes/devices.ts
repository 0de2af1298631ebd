import { chooseLanguage } from '@cardwright/cms';
import { validate } from '@cardwright/protocol';
import type { FastifyInstance } from 'fastify';
import * as v from 'valibot';
import { describeOwnDevices } from '../devices/own-devices.js';
import { requireUser } from '../request-guards.js';
import type { Services } from '../services.js';

const deviceParameters = v.strictObject({ id: v.pipe(v.string(), v.uuid()) });

/**
 *     GET  /api/devices                           -> OwnDevicesDescription & { deviceSource }
 *     POST /api/devices/{id}/start-again {}       -> {}
 *
 * Reasons and titles are in the language of `accept-language`.
 */
export function deviceRoutes(app: FastifyInstance, services: Services): void {
  const { cms, store, passkeys, deviceLimit, deviceSource, mobile } = services;
  const offers = { passkeyServices: passkeys.all, deviceLimit, mobile, cms };

  app.get('/api/devices', async (request) => {
    const user = await requireUser(services, request);
    const language = chooseLanguage(request.headers['accept-language']);
    return { ...(await describeOwnDevices(store.db, user, language, offers)), deviceSource };
  });

  app.post('/api/devices/:id/start-again', async (request) => {
    const user = await requireUser(services, request);
    const { id } = validate(deviceParameters, request.params);
    await cms.startAgain(user, id);
    return {};
  });
}
