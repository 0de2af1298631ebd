import { eligibilityRequest, type Eligibility } from '@cardwright/protocol';
import type { FastifyInstance } from 'fastify';
import { describeDevice } from '../devices/device-description.js';
import { countDevices, listDevices } from '../devices/devices.js';
import { judge, limitReason } from '../devices/eligibility.js';
import type { Services } from '../operations/services.js';
import { readBody, requireUser } from '../request-guards.js';

/**
 *     GET  /api/devices                          -> { devices: DeviceDescription[], limit: { max, used, reason } }
 *     POST /api/devices/eligibility { devices }  -> eligibilityAnswer
 */
export function deviceRoutes(app: FastifyInstance, services: Services): void {
  const { store, deviceLimit } = services;

  app.get('/api/devices', async (request) => {
    const user = await requireUser(services, request);
    const devices = await listDevices(store.db, user.id);
    const used = await countDevices(store.db, user.id);
    return {
      devices: devices.map(describeDevice),
      limit: { max: deviceLimit, used, reason: used >= deviceLimit ? limitReason(deviceLimit) : null },
    };
  });

  app.post('/api/devices/eligibility', async (request) => {
    const user = await requireUser(services, request);
    const { devices } = readBody(eligibilityRequest, request);
    const verdicts: Eligibility[] = [];
    for (const info of devices) {
      const { action, reason } = await judge(store.db, user, info, deviceLimit);
      verdicts.push({ device: info.id, action, reason });
    }
    return { devices: verdicts };
  });
}
