import { changePolicy, confirmProposal, listPolicies, listProposals, withdrawProposal } from '@cardwright/cms/policies';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isOnlyOneWith } from '../accounts/roles.js';
import { describeService } from '../devices/passkey-description.js';
import { consentOf } from '../policies/consent.js';
import type { PortalServices } from '../services.js';
import type { User } from '../store/schema.js';
import { languageOf } from './chosen-language.js';
import { serve } from './serve.js';
import { POLICY_ROUTES } from './table/policies.js';

/** Serves the device policies (`POLICY_ROUTES`). */
export function policyRoutes(app: FastifyInstance, services: PortalServices): void {
  const { store, database } = services;
  const passkeyServices = services.passkeys.all;
  const readAll = async (operator: User, request: FastifyRequest) => {
    const language = languageOf(request);
    const proposals = await listProposals(store, { language });
    return {
      policies: await listPolicies(store),
      passkeyServices: passkeyServices.map((service) => describeService(service, language)),
      proposals: proposals.map((one) => ({ ...one, isOwn: one.proposedBy === operator.username })),
      isAlone: await isOnlyOneWith(database.db, operator, 'change-policies'),
    };
  };

  serve(app, services, POLICY_ROUTES, {
    'GET /api/operator/policy': (_input, { session: { user }, request }) => readAll(user, request),

    'PUT /api/operator/policy': async ({ body }, { session: { user: operator }, request }) => {
      const { consent, ...change } = body;
      const changedBy = { ...(await consentOf(database.db, operator, consent)), language: languageOf(request) };
      const { kind, changes } = await changePolicy(store, changedBy, change, passkeyServices);
      return { outcome: kind, changes, ...(await readAll(operator, request)) };
    },

    'POST /api/operator/policy/proposals/{id}/confirm': async (
      { parameters: { id } },
      { session: { user }, request },
    ) => {
      await confirmProposal(store, user.username, id, passkeyServices);
      return readAll(user, request);
    },

    'POST /api/operator/policy/proposals/{id}/withdraw': async (
      { parameters: { id } },
      { session: { user }, request },
    ) => {
      await withdrawProposal(store, user.username, id);
      return readAll(user, request);
    },
  });
}
