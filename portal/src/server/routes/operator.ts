import { ACTION_NAMES, STATES } from '@cardwright/cms';
import { displayId, publicJwk, text, validate } from '@cardwright/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as v from 'valibot';
import { requireOwnPassword } from '../accounts/reauthentication.js';
import { listAudit } from '../audit.js';
import { describeForOperator } from '../devices/device-description.js';
import { readBody, requireUser } from '../request-guards.js';
import type { Services } from '../services.js';
import { ownerNameOf, readDevicePage } from '../store/device-list.js';

const deviceParameters = v.strictObject({ id: v.pipe(v.string(), v.uuid()) });
const displayRequest = v.strictObject({ password: text(200), display: displayId, key: publicJwk });
/** One line, as it is typed into a field. */
const line = (maxLength: number) => v.pipe(text(maxLength), v.regex(/^\P{Cc}*$/u), v.trim(), v.minLength(1));
const devicesQuery = v.strictObject({
  state: v.exactOptional(v.picklist(STATES)),
  model: v.exactOptional(line(40)),
  owner: v.exactOptional(line(80)),
  serial: v.exactOptional(line(40)),
  waiting: v.exactOptional(v.picklist(['yes', 'no'])),
  after: v.exactOptional(v.pipe(v.string(), v.uuid())),
});
const DEVICES_PAGE = 50;
const auditQuery = v.strictObject({
  before: v.exactOptional(v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number))),
});
const AUDIT_PAGE = 100;

/**
 * For the role operator:
 *
 *     GET  /api/operator/devices?state&model&owner&serial&waiting=yes|no&after={next}
 *                                                               -> { devices: OperatorDevice[], next, hasMoreOwners }, as
 *                                                                  `readDevicePage` says
 *     POST /api/operator/devices/{id}/{action} { seen, reason? }  -> { state }, for each action of OPERATOR_ACTIONS; `seen` is the
 *                                                                  `version` of the device as the page shows it; 409
 *                                                                  DEVICE_CHANGED where it is not like that any more
 *     POST /api/operator/devices/{id}/unlock-code { seen }      -> { code, expiresAt }, for reading out; 403 FORBIDDEN for the operator's
 *                                                                  own device, 409 DEVICE_CHANGED, DEVICE_STATE, 429 RATE_LIMITED
 *     POST /api/operator/devices/{id}/initial-pin { password, display, key }  -> { jws } for `secret.display`;
 *                                                                  403 PASSWORD_INCORRECT, 429 RATE_LIMITED
 *     GET  /api/operator/audit?before={next}                    -> { entries, next }, newest first
 */
export function operatorRoutes(app: FastifyInstance, services: Services): void {
  const { cms, store } = services;
  const requireOperator = (request: FastifyRequest) => requireUser(services, request, 'operator');

  app.get('/api/operator/devices', async (request) => {
    const operator = await requireOperator(request);
    const { waiting, after, ...filter } = validate(devicesQuery, request.query);
    const isWaiting = waiting && { waiting: { is: waiting === 'yes', operatorId: operator.id } };
    const { records, ...page } = await readDevicePage(store.db, { ...filter, ...isWaiting }, DEVICES_PAGE, after);
    return { devices: records.map((one) => describeForOperator(one, operator)), ...page };
  });

  for (const action of ACTION_NAMES)
    app.post(`/api/operator/devices/:id/${action}`, async (request) => {
      const operator = await requireOperator(request);
      const { id } = validate(deviceParameters, request.params);
      return { state: await cms.perform(operator, action, id, request.body) };
    });

  app.post('/api/operator/devices/:id/unlock-code', async (request) => {
    const operator = await requireOperator(request);
    const { id } = validate(deviceParameters, request.params);
    return cms.issueUnlockCode(operator, id, request.body);
  });

  app.post('/api/operator/devices/:id/initial-pin', async (request) => {
    const operator = await requireOperator(request);
    const { id } = validate(deviceParameters, request.params);
    const { password, ...window } = readBody(displayRequest, request);
    const occasion = { address: request.ip, event: 'initial-pin.shown', deviceId: id } as const;
    await requireOwnPassword(store.db, operator, password, occasion);
    const ownerName = (await ownerNameOf(store.db, id)) ?? '';
    return { jws: await cms.signInitialPin(operator, { id, ownerName }, window) };
  });

  app.get('/api/operator/audit', async (request) => {
    await requireOperator(request);
    const { before } = validate(auditQuery, request.query);
    const found = await listAudit(store.db, AUDIT_PAGE + 1, before);
    const entries = found.slice(0, AUDIT_PAGE);
    return { entries, next: found.length > AUDIT_PAGE ? entries.at(-1)?.id : null };
  });
}
