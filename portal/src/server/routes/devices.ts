import { chooseLanguage, DEVICE_STATES, sentenceOf } from '@cardwright/cms';
import { validate } from '@cardwright/protocol';
import type { FastifyInstance } from 'fastify';
import * as v from 'valibot';
import { describeDevice } from '../devices/device-description.js';
import { listOwnerActions } from '../devices/owner-actions.js';
import { describePasskey } from '../devices/passkey-description.js';
import { requireUser } from '../request-guards.js';
import type { Services } from '../services.js';
import { listDevicesOf } from '../store/device-list.js';
import { listPasskeysOn } from '../store/passkey-rows.js';

const deviceParameters = v.strictObject({ id: v.pipe(v.string(), v.uuid()) });

/**
 *     GET  /api/devices                           -> { devices: (DeviceDescription & { ownerActions, passkeys: PasskeyDescription[] })[],
 *                                                       limit: { max, used, reason }, deviceSource }
 *     POST /api/devices/{id}/start-again {}       -> {}
 *
 * Reasons and titles are in the language of `accept-language`.
 */
export function deviceRoutes(app: FastifyInstance, services: Services): void {
  const { cms, store, deviceLimit, deviceSource } = services;
  const passkeyServices = services.passkeys.all;

  app.get('/api/devices', async (request) => {
    const user = await requireUser(services, request);
    const language = chooseLanguage(request.headers['accept-language']);
    const listed = await listDevicesOf(store.db, user.id);
    const actions = await listOwnerActions(
      store.db,
      listed.map(({ device }) => device),
    );
    const passkeys = await listPasskeysOn(
      store.db,
      listed.map(({ device }) => device.id),
    );
    const devices = listed.map((one) => ({
      ...describeDevice(one),
      ownerActions: actions.get(one.device.id) ?? [],
      passkeys: passkeys
        .filter(({ deviceId, removalDueAt }) => deviceId === one.device.id && removalDueAt === null)
        .map((passkey) => describePasskey(passkey, passkeyServices, language)),
    }));
    const used = listed.filter(({ device }) => DEVICE_STATES[device.state].counts).length;
    const reason = used >= deviceLimit ? sentenceOf({ code: 'device-limit', count: deviceLimit }, language) : null;
    return { devices, limit: { max: deviceLimit, used, reason }, deviceSource };
  });

  app.post('/api/devices/:id/start-again', async (request) => {
    const user = await requireUser(services, request);
    const { id } = validate(deviceParameters, request.params);
    await cms.startAgain(user, id);
    return {};
  });
}
