import { eligibilityRequest, validate, type Eligibility } from '@cardwright/protocol';
import type { FastifyInstance } from 'fastify';
import * as v from 'valibot';
import { describeDevice } from '../devices/device-description.js';
import { DEVICE_STATES } from '../devices/device-state.js';
import { judgeAll } from '../devices/eligibility.js';
import { listWaysOn, startAgain } from '../devices/ways-on.js';
import { chooseLanguage } from '../language.js';
import type { Services } from '../operations/services.js';
import { sentenceOf } from '../reasons.js';
import { readBody, requireUser } from '../request-guards.js';
import { listDevicesOf } from '../store/device-list.js';

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
    const records = await listDevicesOf(store.db, user.id);
    const rows = records.map(({ device }) => device);
    const waysOn = await listWaysOn(store.db, rows);
    const devices = records.map((one) => ({ ...describeDevice(one), waysOn: waysOn(one.device.id) }));
    const used = rows.filter(({ state }) => DEVICE_STATES[state].counts).length;
    const reason = used >= deviceLimit ? sentenceOf({ code: 'device-limit', count: deviceLimit }, language) : null;
    return { devices, limit: { max: deviceLimit, used, reason } };
  });

  app.post('/api/devices/eligibility', async (request) => {
    const user = await requireUser(services, request);
    const language = chooseLanguage(request.headers['accept-language']);
    const { devices } = readBody(eligibilityRequest, request);
    const judged = await judgeAll(store.db, user, devices, deviceLimit);
    const verdicts = judged.map(({ info, verdict: { action, reason } }): Eligibility => ({
      device: info.id,
      action,
      reason: reason && sentenceOf(reason, language),
    }));
    return { devices: verdicts };
  });

  app.post('/api/devices/:id/start-again', async (request) => {
    const user = await requireUser(services, request);
    const { id } = validate(deviceParameters, request.params);
    await store.db.transaction((db) => startAgain(db, user, id));
    return {};
  });
}
