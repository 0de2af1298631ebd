import {
  devicePolicy,
  factorySecrets,
  type ListedProposal,
  type PolicyOutcome,
  type StoredPolicy,
} from '@cardwright/cms/policies';
import * as v from 'valibot';
import type { OfferedService } from '../../devices/passkey-description.js';
import type { Confirmations } from '../../policies/confirmations.js';
import { consent } from './consent.js';
import { EMPTY, ID, NOTHING, of, type RouteTable } from './route.js';

/** Schema of the key of a model. */
export const model = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,39}$/));

const policies = v.object({
  policies: of<readonly StoredPolicy[]>(),
  /** The passkey services that a policy can name. */
  passkeyServices: of<readonly OfferedService[]>(),
  /** Proposed changes that widen trust. Each waits for an administrator who is independent of its author. */
  proposals: of<readonly (ListedProposal & Confirmations)[]>(),
  /** Set if the settings let one administrator act alone. */
  isAlone: v.boolean(),
});

/**
 * Device policies. A change that widens trust needs the operator's consent, a fresh proof of identity and the confirmation of
 * an administrator who is independent of the author, or the first two alone where the settings say so.
 */
export const POLICY_ROUTES = {
  'GET /api/operator/policy': {
    who: 'see-policies',
    takes: NOTHING,
    answer: policies,
    sentence: 'Lists the device policies.',
  },
  'PUT /api/operator/policy': {
    who: 'change-policies',
    bound: 'change',
    fresh: 'policy.changed',
    takes: v.object({
      body: v.strictObject({
        model,
        policy: devicePolicy,
        factory: v.exactOptional(factorySecrets),
        consent: consent(),
      }),
    }),
    answer: v.object({
      outcome: of<PolicyOutcome['kind']>(),
      /** The effects of the change on trust. */
      changes: of<PolicyOutcome['changes']>(),
      ...policies.entries,
    }),
    sentence: 'Changes a policy, asks for consent, or proposes the change to another operator.',
  },
  'POST /api/operator/policy/proposals/{id}/confirm': {
    who: 'change-policies',
    bound: 'change',
    fresh: 'policy.changed',
    takes: v.object({ parameters: ID, body: EMPTY }),
    answer: policies,
    errors: ['FORBIDDEN', 'PROPOSAL_OVER'],
    sentence: 'Confirms the proposal of an administrator of whom one is independent.',
  },
  'POST /api/operator/policy/proposals/{id}/withdraw': {
    who: 'change-policies',
    bound: 'change',
    takes: v.object({ parameters: ID, body: EMPTY }),
    answer: policies,
    errors: ['PROPOSAL_OVER'],
    sentence: 'Withdraws a proposal.',
  },
} as const satisfies RouteTable;
