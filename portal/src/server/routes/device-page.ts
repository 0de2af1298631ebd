import { CardwrightError, MAX_BUNDLE_LENGTH, operationId, supportBundle, validate } from '@cardwright/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as v from 'valibot';
import { record } from '../audit.js';
import { describeForOperator } from '../devices/device-description.js';
import { describePasskeyForOperator } from '../devices/passkey-description.js';
import { timelineOf } from '../devices/operation-timeline.js';
import { summarize } from '../devices/support-summary.js';
import { readBody, requireUser } from '../request-guards.js';
import type { Services } from '../services.js';
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

const uuid = v.pipe(v.string(), v.uuid());
const deviceParameters = v.strictObject({ id: uuid });
const fileParameters = v.strictObject({ id: uuid, file: uuid });
const operationParameters = v.strictObject({ id: operationId });

const DEVICE = '/api/operator/devices/:id';
const FILES = `${DEVICE}/support-files`;

/**
 * For the role operator, of one device:
 *
 *     GET    /api/operator/devices/{id}     -> { device: OperatorDevice, passkeys: OperatorPasskey[],
 *                                              operations: OperationTimeline[], hasMore, history, files };
 *                                              409 DEVICE_STATE `unknown` where there is no such device
 *     GET    /api/operator/operations/{id}  -> { operation: OperationTimeline }; 404 OPERATION_NOT_FOUND
 *     POST   /api/operator/devices/{id}/support-files  supportBundle  -> { file: SupportFile }; 413 MESSAGE_TOO_LARGE
 *     GET    /api/operator/devices/{id}/support-files/{file}           -> SupportSummary
 *     GET    /api/operator/devices/{id}/support-files/{file}/download  -> the file, as an attachment
 *     DELETE /api/operator/devices/{id}/support-files/{file} {}        -> {}
 */
export function devicePageRoutes(app: FastifyInstance, services: Services): void {
  const passkeyServices = services.passkeys.all;
  const { db } = services.store;
  const requireOperator = (request: FastifyRequest) => requireUser(services, request, 'operator');

  app.get(DEVICE, async (request) => {
    const operator = await requireOperator(request);
    const { id } = validate(deviceParameters, request.params);
    const listed = await findListedDevice(db, id);
    if (!listed) throw unknownDevice();
    const { logged, hasMore } = await listOperationsOf(db, id);
    const passkeys = await listPasskeysOn(db, [id]);
    return {
      device: describeForOperator(listed, operator),
      passkeys: passkeys.map((passkey) => describePasskeyForOperator(passkey, passkeyServices)),
      operations: logged.map(timelineOf),
      hasMore,
      history: await listDeviceHistory(db, id),
      files: await listSupportFiles(db, id),
    };
  });

  app.get('/api/operator/operations/:id', async (request) => {
    await requireOperator(request);
    const { id } = validate(operationParameters, request.params);
    const logged = await findOperation(db, id);
    if (!logged) throw new CardwrightError('OPERATION_NOT_FOUND');
    return { operation: timelineOf(logged) };
  });

  // Who may send so much is asked before any of it is read.
  const onRequest = async (request: FastifyRequest): Promise<void> => {
    await requireOperator(request);
  };
  app.post(FILES, { bodyLimit: MAX_BUNDLE_LENGTH, onRequest }, async (request) => {
    const { username } = await requireOperator(request);
    const { id } = validate(deviceParameters, request.params);
    const bundle = readBody(supportBundle, request);
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
  });

  const readFile = async (request: FastifyRequest) => {
    await requireOperator(request);
    const { id, file: fileId } = validate(fileParameters, request.params);
    const content = await readSupportFile(db, id, fileId);
    const file = (await listSupportFiles(db, id)).find((one) => one.id === fileId);
    if (!content || !file) throw unknownFile();
    return { file, content };
  };

  app.get(`${FILES}/:file`, async (request) => {
    const { file, content } = await readFile(request);
    return summarize(file, content);
  });

  app.get(`${FILES}/:file/download`, async (request, reply) => {
    const { file, content } = await readFile(request);
    const name = `cardwright-support-${file.addedAt.toISOString().slice(0, 10)}-${file.id.slice(0, 8)}.json`;
    // With nosniff it is never shown as a page of this origin, whatever stands in it.
    return reply
      .header('content-disposition', `attachment; filename="${name}"`)
      .type('application/octet-stream')
      .send(content);
  });

  app.delete(`${FILES}/:file`, async (request) => {
    const { username } = await requireOperator(request);
    const { id, file } = validate(fileParameters, request.params);
    await db.transaction(async (transaction) => {
      if (!(await removeSupportFile(transaction, id, file))) throw unknownFile();
      const removed = { actor: username, event: 'support-file.removed', deviceId: id, detail: { file } } as const;
      await record(transaction, removed);
    });
    return {};
  });
}

const unknownDevice = (): CardwrightError => new CardwrightError('DEVICE_STATE', { state: 'unknown' });
const unknownFile = (): CardwrightError =>
  new CardwrightError('INVALID_PARAMS', { path: 'file', problem: 'expected a file of this device' });
