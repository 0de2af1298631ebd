import { eligibilityRequest, validate, type Eligibility } from '@cardwright/protocol';
import type { FastifyInstance } from 'fastify';
import * as v from 'valibot';
import { describeDevice } from '../devices/device-description.js';
import { countDevices, listDevices } from '../devices/devices.js';
import { judge } from '../devices/eligibility.js';
import { listWaysOn, startAgain } from '../devices/ways-on.js';
import { chooseLanguage } from '../language.js';
import type { Services } from '../operations/services.js';
import { sentenceOf } from '../reasons.js';
import { readBody, requireUser } from '../request-guards.js';

const deviceParameters = v.strictObject({ id: v.pipe(v.string(), v.uuid()) });

/**
 *     GET  /api/devices                           -> { devices: (DeviceDescription & { waysOn })[], limit: { max, used, reason } }
 *     POST /api/devices/eligibility { devices }   -> eligibilityAnswer
 *     POST /api/devices/{id}/start-again {}       -> {}
 *
 * Reasons are in the language of `accept-language`.
 */
export function deviceRoutes(app: FastifyInstance, services: Services): void {
  const { store, deviceLimit } = services;

  app.get('/api/devices', async (request) => {
    const user = await requireUser(services, request);
    const language = chooseLanguage(request.headers['accept-language']);
    const devices = [];
    for (const one of await listDevices(store.db, user.id))
      devices.push({ ...describeDevice(one), waysOn: await listWaysOn(store.db, one.device) });
    const used = await countDevices(store.db, user.id);
    const reason = used >= deviceLimit ? sentenceOf({ code: 'device-limit', count: deviceLimit }, language) : null;
    return { devices, limit: { max: deviceLimit, used, reason } };
  });

  app.post('/api/devices/eligibility', async (request) => {
    const user = await requireUser(services, request);
    const language = chooseLanguage(request.headers['accept-language']);
    const { devices } = readBody(eligibilityRequest, request);
    const verdicts: Eligibility[] = [];
    for (const info of devices) {
      const { action, reason } = await judge(store.db, user, info, deviceLimit);
      verdicts.push({ device: info.id, action, reason: reason && sentenceOf(reason, language) });
    }
    return { devices: verdicts };
  });

  app.post('/api/devices/:id/start-again', async (request) => {
    const user = await requireUser(services, request);
    const { id } = validate(deviceParameters, request.params);
    await store.db.transaction((db) => startAgain(db, user, id));
    return {};
  });
}
