import {
  changePolicy,
  confirmProposal,
  devicePolicy,
  factorySecrets,
  listPolicies,
  listProposals,
  withdrawProposal,
} from '@cardwright/cms';
import { text, validate } from '@cardwright/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as v from 'valibot';
import { isOnlyOperator } from '../accounts/accounts.js';
import { requireOwnPassword } from '../accounts/reauthentication.js';
import { describeService } from '../devices/passkey-description.js';
import { consentOf } from '../policies/consent.js';
import { readBody, requireUser } from '../request-guards.js';
import type { Services } from '../services.js';

const PATH = '/api/operator/policy';

const password = text(200);
const policyRequest = v.strictObject({
  model: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,39}$/)),
  policy: devicePolicy,
  factory: v.exactOptional(factorySecrets),
  password: v.exactOptional(password),
});
const proposalParameters = v.strictObject({ id: v.pipe(v.string(), v.uuid()) });
const confirmation = v.strictObject({ password });
const nothing = v.strictObject({});

/**
 * For the role operator. What widens trust takes the operator's password and, where there is one, another operator:
 *
 *     GET  /api/operator/policy  -> { policies: [{ model, policy, updatedAt, updatedBy }], passkeyServices: OfferedService[],
 *                                     proposals: [{ id, model, modelName, proposedBy, proposedAt, changes, isOwn }], isAlone }
 *     PUT  /api/operator/policy { model, policy, factory?, password? }
 *                                -> the same, with { outcome: 'saved' | 'password-needed' | 'proposed', changes: TrustChange[] };
 *                                   403 PASSWORD_INCORRECT, 429 RATE_LIMITED
 *     POST /api/operator/policy/proposals/{id}/confirm { password }
 *                                -> as GET; 403 FORBIDDEN for the operator's own, 403 PASSWORD_INCORRECT, 409 PROPOSAL_OVER
 *     POST /api/operator/policy/proposals/{id}/withdraw {}
 *                                -> as GET; 409 PROPOSAL_OVER
 */
export function policyRoutes(app: FastifyInstance, services: Services): void {
  const { cmsStore, store } = services;
  const passkeyServices = services.passkeys.all;
  const requireOperator = (request: FastifyRequest) => requireUser(services, request, 'operator');
  const readAll = async (operator: Awaited<ReturnType<typeof requireOperator>>) => ({
    policies: await listPolicies(cmsStore),
    passkeyServices: passkeyServices.map(describeService),
    proposals: (await listProposals(cmsStore)).map((one) => ({ ...one, isOwn: one.proposedBy === operator.username })),
    isAlone: await isOnlyOperator(store.db, operator),
  });

  app.get(PATH, async (request) => readAll(await requireOperator(request)));

  app.put(PATH, async (request) => {
    const operator = await requireOperator(request);
    const { password: given, ...change } = readBody(policyRequest, request);
    const changedBy = await consentOf(store.db, operator, given, request.ip);
    const { kind, changes } = await changePolicy(cmsStore, changedBy, change, passkeyServices);
    return { outcome: kind, changes, ...(await readAll(operator)) };
  });

  app.post(`${PATH}/proposals/:id/confirm`, async (request) => {
    const operator = await requireOperator(request);
    const { id } = validate(proposalParameters, request.params);
    const { password: given } = readBody(confirmation, request);
    await requireOwnPassword(store.db, operator, given, { address: request.ip, event: 'policy.changed' });
    await confirmProposal(cmsStore, operator.username, id, passkeyServices);
    return readAll(operator);
  });

  app.post(`${PATH}/proposals/:id/withdraw`, async (request) => {
    const operator = await requireOperator(request);
    const { id } = validate(proposalParameters, request.params);
    readBody(nothing, request);
    await withdrawProposal(cmsStore, operator.username, id);
    return readAll(operator);
  });
}
