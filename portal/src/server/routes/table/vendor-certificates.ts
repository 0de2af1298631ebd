import { text } from '@cardwright/protocol/schemas';
import * as v from 'valibot';
import type { PresentCertificate } from '../../attestation/reliance.js';
import type { ImportOutcome } from '../../attestation/vendor-import.js';
import { consent } from './consent.js';
import { model } from './policies.js';
import { of, type RouteTable } from './route.js';

const PEM_LIMIT = 128 * 1024;

const present = { present: of<readonly PresentCertificate[]>() };

/** The vendors' certificates in a device policy. */
export const VENDOR_CERTIFICATE_ROUTES = {
  'GET /api/operator/vendor-certificates': {
    who: 'see-policies',
    takes: v.object({ query: v.strictObject({ model }) }),
    answer: v.object(present),
    sentence: "Lists the vendors' certificates in the policy of a model.",
  },
  'POST /api/operator/vendor-certificates': {
    who: 'change-policies',
    bound: 'change',
    fresh: 'policy.changed',
    takes: v.object({
      body: v.strictObject({
        model,
        pem: text(PEM_LIMIT),
        trustUnknown: v.boolean(),
        consent: consent(),
      }),
    }),
    answer: v.object({
      accepted: of<ImportOutcome['accepted']>(),
      outcome: of<ImportOutcome['outcome']>(),
      changes: of<ImportOutcome['changes']>(),
      certificates: of<ImportOutcome['certificates']>(),
      ...present,
      /** Set if there is no other operator. */
      isAlone: v.boolean(),
    }),
    sentence: "Imports a vendor's certificates into a policy: all of them, or none.",
  },
  'DELETE /api/operator/vendor-certificates': {
    who: 'change-policies',
    bound: 'change',
    takes: v.object({
      body: v.strictObject({ model, fingerprint: v.pipe(v.string(), v.regex(/^([0-9a-f]{64})?$/)) }),
    }),
    answer: v.object(present),
    sentence: "Removes a vendor's certificate from a policy.",
  },
} as const satisfies RouteTable;
