import { CardwrightError } from '@cardwright/protocol';
import type { FastifyInstance } from 'fastify';
import { record } from '../audit.js';
import { withDependence } from '../devices/operators-independence.js';
import { describeForOperator } from '../devices/device-description.js';
import { describePasskeyForOperator } from '../devices/passkey-description.js';
import { timelineOf } from '../devices/operation-timeline.js';
import { summarize } from '../devices/support-summary.js';
import type { PortalServices } from '../services.js';
import { findListedDevice } from '../store/device-list.js';
import { listPasskeysOn } from '../store/passkey-rows.js';
import { findOperation, listDeviceHistory, listOperationsOf } from '../store/operation-log.js';
import {
  MOST_SUPPORT_FILES,
  addSupportFile,
  listSupportFiles,
  readSupportFile,
  removeSupportFile,
} from '../store/support-files.js';
import { languageOf } from './chosen-language.js';
import { serve } from './serve.js';
import { DEVICE_PAGE_ROUTES } from './table/device-page.js';

/** Serves the operator's page of one device (`DEVICE_PAGE_ROUTES`). */
export function devicePageRoutes(app: FastifyInstance, services: PortalServices): void {
  const passkeyServices = services.passkeys.all;
  const { db } = services.database;

  const readFile = async ({ id, file: fileId }: { readonly id: string; readonly file: string }) => {
    const content = await readSupportFile(db, id, fileId);
    const file = (await listSupportFiles(db, id)).find((one) => one.id === fileId);
    if (!content || !file) throw unknownFile();
    return { file, content };
  };

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
        files: await listSupportFiles(db, id),
      };
    },

    'GET /api/operator/operations/{id}': async ({ parameters: { id } }, { request }) => {
      const logged = await findOperation(db, id);
      if (!logged) throw new CardwrightError('OPERATION_NOT_FOUND');
      return { operation: timelineOf(logged, languageOf(request)) };
    },

    'POST /api/operator/devices/{id}/support-files': async ({ parameters: { id }, body: bundle }, { session }) => {
      const { username } = session.user;
      const file = await db.transaction(async (transaction) => {
        const added = await addSupportFile(transaction, id, username, bundle);
        if (added === 'unknown') throw unknownDevice();
        if (added === 'full') {
          const problem = `expected at most ${MOST_SUPPORT_FILES} files of a device: remove one first`;
          throw new CardwrightError('INVALID_PARAMS', { path: 'file', problem });
        }
        const { id: fileId, failed, checks } = added;
        const detail = { file: fileId, failed, checks };
        await record(transaction, { actor: username, event: 'support-file.added', deviceId: id, detail });
        return added;
      });
      return { file };
    },

    'GET /api/operator/devices/{id}/support-files/{file}': async ({ parameters }) => {
      const { file, content } = await readFile(parameters);
      return summarize(file, content);
    },

    'GET /api/operator/devices/{id}/support-files/{file}/download': async ({ parameters }, { reply }) => {
      const { file, content } = await readFile(parameters);
      const name = `cardwright-support-${file.addedAt.toISOString().slice(0, 10)}-${file.id.slice(0, 8)}.json`;
      // With `nosniff`, no browser shows the file as a page of this origin, whatever its content.
      return reply
        .header('content-disposition', `attachment; filename="${name}"`)
        .type('application/octet-stream')
        .send(content);
    },

    'DELETE /api/operator/devices/{id}/support-files/{file}': async ({ parameters: { id, file } }, { session }) => {
      const { username } = session.user;
      await db.transaction(async (transaction) => {
        if (!(await removeSupportFile(transaction, id, file))) throw unknownFile();
        const removed = { actor: username, event: 'support-file.removed', deviceId: id, detail: { file } } as const;
        await record(transaction, removed);
      });
      return {};
    },
  });
}

const unknownDevice = (): CardwrightError => new CardwrightError('DEVICE_STATE', { state: 'unknown' });
const unknownFile = (): CardwrightError =>
  new CardwrightError('INVALID_PARAMS', { path: 'file', problem: 'expected a file of this device' });
