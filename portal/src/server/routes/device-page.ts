import { CardwrightError } from '@cardwright/protocol';
import type { FastifyInstance } from 'fastify';
import { withDependence } from '../devices/operators-independence.js';
import { describeForOperator } from '../devices/device-description.js';
import { describePasskeyForOperator } from '../devices/passkey-description.js';
import { timelineOf } from '../devices/operation-timeline.js';
import type { PortalServices } from '../services.js';
import { findListedDevice } from '../store/device-list.js';
import { listPasskeysOn } from '../store/passkey-rows.js';
import { findOperation, listDeviceHistory, listOperationsOf } from '../store/operation-log.js';
import { languageOf } from './chosen-language.js';
import { serve } from './serve.js';
import { DEVICE_PAGE_ROUTES } from './table/device-page.js';

/** Serves the operator's page of one device (`DEVICE_PAGE_ROUTES`). */
export function devicePageRoutes(app: FastifyInstance, services: PortalServices): void {
  const passkeyServices = services.passkeys.all;
  const { db } = services.database;

  serve(app, services, DEVICE_PAGE_ROUTES, {
    'GET /api/operator/devices/{id}': async ({ parameters: { id } }, { session, request }) => {
      const language = languageOf(request);
      const listed = await findListedDevice(db, id);
      if (!listed) throw unknownDevice();
      const { logged, hasMore } = await listOperationsOf(db, id);
      const passkeys = await listPasskeysOn(db, [id]);
      return {
        device: describeForOperator(listed, await withDependence(services, session)),
        passkeys: passkeys.map((passkey) => describePasskeyForOperator(passkey, passkeyServices, language)),
        operations: logged.map((one) => timelineOf(one, language)),
        hasMore,
        history: await listDeviceHistory(db, id),
      };
    },

    'GET /api/operator/operations/{id}': async ({ parameters: { id } }, { request }) => {
      const logged = await findOperation(db, id);
      if (!logged) throw new CardwrightError('OPERATION_NOT_FOUND');
      return { operation: timelineOf(logged, languageOf(request)) };
    },
  });
}

const unknownDevice = (): CardwrightError => new CardwrightError('DEVICE_STATE', { state: 'unknown' });
