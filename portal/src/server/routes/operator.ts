import { ACTION_NAMES, devicePolicy, factorySecrets, listPolicies, savePolicy } from '@cardwright/cms';
import { CardwrightError, displayId, publicJwk, text, validate } from '@cardwright/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as v from 'valibot';
import { isOwnPassword } from '../accounts/reauthentication.js';
import { listAudit, record } from '../audit.js';
import { describeForOperator } from '../devices/device-description.js';
import { listDevices } from '../devices/devices.js';
import { readBody, requireUser } from '../request-guards.js';
import type { Services } from '../services.js';

const deviceParameters = v.strictObject({ id: v.pipe(v.string(), v.uuid()) });
const displayRequest = v.strictObject({ password: text(200), display: displayId, key: publicJwk });
const policyRequest = v.strictObject({
  model: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,39}$/)),
  policy: devicePolicy,
  factory: v.exactOptional(factorySecrets),
});
const auditQuery = v.strictObject({
  before: v.exactOptional(v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number))),
});
const AUDIT_PAGE = 100;

/**
 * For the role operator:
 *
 *     GET  /api/operator/devices                                -> { devices: OperatorDevice[] }
 *     POST /api/operator/devices/{id}/{action} { reason? }      -> { state }, for each action of OPERATOR_ACTIONS
 *     POST /api/operator/devices/{id}/initial-pin { password, display, key }  -> { jws } for `secret.display`;
 *                                                                  403 PASSWORD_INCORRECT, 429 RATE_LIMITED
 *     GET  /api/operator/policy                                 -> { policies: [{ model, policy, updatedAt, updatedBy }] }
 *     PUT  /api/operator/policy { model, policy, factory? }     -> the same
 *     GET  /api/operator/audit?before={id}                      -> { entries }, newest first
 */
export function operatorRoutes(app: FastifyInstance, services: Services): void {
  const { cms, cmsStore, store } = services;
  const requireOperator = (request: FastifyRequest) => requireUser(services, request, 'operator');
  const policies = async () => ({ policies: await listPolicies(cmsStore) });

  app.get('/api/operator/devices', async (request) => {
    const operator = await requireOperator(request);
    return { devices: (await listDevices(store.db)).map((one) => describeForOperator(one, operator)) };
  });

  for (const action of ACTION_NAMES)
    app.post(`/api/operator/devices/:id/${action}`, async (request) => {
      const operator = await requireOperator(request);
      const { id } = validate(deviceParameters, request.params);
      return { state: await cms.perform(operator, action, id, request.body) };
    });

  app.post('/api/operator/devices/:id/initial-pin', async (request) => {
    const operator = await requireOperator(request);
    const { id } = validate(deviceParameters, request.params);
    const { password, ...window } = readBody(displayRequest, request);
    if (!(await isOwnPassword(store.db, operator, password, request.ip))) {
      const detail = { reason: 'PASSWORD_INCORRECT' };
      const refused = {
        actor: operator.username,
        event: 'initial-pin.shown',
        outcome: 'failed',
        deviceId: id,
      } as const;
      await record(store.db, { ...refused, detail });
      throw new CardwrightError('PASSWORD_INCORRECT');
    }
    return { jws: await cms.signInitialPin(operator, id, window) };
  });

  app.get('/api/operator/policy', async (request) => {
    await requireOperator(request);
    return policies();
  });

  app.put('/api/operator/policy', async (request) => {
    const operator = await requireOperator(request);
    await savePolicy(cmsStore, operator.username, readBody(policyRequest, request));
    return policies();
  });

  app.get('/api/operator/audit', async (request) => {
    await requireOperator(request);
    const { before } = validate(auditQuery, request.query);
    return { entries: await listAudit(store.db, AUDIT_PAGE, before) };
  });
}
