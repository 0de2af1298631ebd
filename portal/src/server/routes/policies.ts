import { changePolicy, confirmProposal, listPolicies, listProposals, withdrawProposal } from '@cardwright/cms/policies';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { describeService } from '../devices/passkey-description.js';
import { requireIndependent, withConfirmations } from '../policies/confirmations.js';
import { consentOf } from '../policies/consent.js';
import type { PortalServices } from '../services.js';
import type { User } from '../store/schema.js';
import { languageOf } from './chosen-language.js';
import { serve } from './serve.js';
import { POLICY_ROUTES } from './table/policies.js';

/** Serves the device policies (`POLICY_ROUTES`). */
export function policyRoutes(app: FastifyInstance, services: PortalServices): void {
  const { store, database, mayActAlone } = services;
  const passkeyServices = services.passkeys.all;
  const readAll = async (operator: User, request: FastifyRequest) => {
    const language = languageOf(request);
    const proposals = await listProposals(store, { language });
    return {
      policies: await listPolicies(store),
      passkeyServices: passkeyServices.map((service) => describeService(service, language)),
      proposals: await withConfirmations(database.db, proposals, operator),
      isAlone: mayActAlone,
    };
  };

  serve(app, services, POLICY_ROUTES, {
    'GET /api/operator/policy': (_input, { session: { user }, request }) => readAll(user, request),

    'PUT /api/operator/policy': async ({ body }, { session: { user: operator }, request }) => {
      const { consent, ...change } = body;
      const changedBy = { ...consentOf(operator, consent, mayActAlone), language: languageOf(request) };
      const { kind, changes } = await changePolicy(store, changedBy, change, passkeyServices);
      return { outcome: kind, changes, ...(await readAll(operator, request)) };
    },

    'POST /api/operator/policy/proposals/{id}/confirm': async (
      { parameters: { id } },
      { session: { user }, request },
    ) => {
      await requireIndependent(database.db, user, id);
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
