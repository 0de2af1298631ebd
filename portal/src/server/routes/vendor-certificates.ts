import { policyOf } from '@cardwright/cms';
import { CardwrightError, text, validate } from '@cardwright/protocol';
import type { FastifyInstance } from 'fastify';
import * as v from 'valibot';
import { isOnlyOperator } from '../accounts/accounts.js';
import {
  importVendorCertificates,
  listVendorCertificates,
  removeVendorCertificate,
} from '../attestation/vendor-import.js';
import { consentOf } from '../policies/consent.js';
import { readBody, requireUser } from '../request-guards.js';
import type { Services } from '../services.js';

const PEM_LIMIT = 128 * 1024;
const PATH = '/api/operator/vendor-certificates';

const model = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,39}$/));
const listQuery = v.strictObject({ model });
const importRequest = v.strictObject({
  model,
  pem: text(PEM_LIMIT),
  trustUnknown: v.boolean(),
  password: v.exactOptional(text(200)),
});
const removal = v.strictObject({ model, fingerprint: v.pipe(v.string(), v.regex(/^([0-9a-f]{64})?$/)) });

/**
 * For the role operator:
 *
 *     GET    /api/operator/vendor-certificates?model={key}  -> { present: InspectedCertificate[] }
 *     POST   /api/operator/vendor-certificates { model, pem, trustUnknown, password? }
 *                                                           -> ImportOutcome and { present, isAlone }; 403 PASSWORD_INCORRECT,
 *                                                              429 RATE_LIMITED
 *     DELETE /api/operator/vendor-certificates { model, fingerprint }  -> { present }
 */
export function vendorCertificateRoutes(app: FastifyInstance, services: Services): void {
  const { cmsStore } = services;
  const { db } = services.store;
  const readPresent = async (key: string) => {
    const row = await cmsStore.transaction((transaction) => transaction.findPolicy(key));
    if (!row) throw new CardwrightError('INVALID_PARAMS', { path: 'model', problem: 'expected a model with a policy' });
    return listVendorCertificates(policyOf(row));
  };

  app.get(PATH, async (request) => {
    await requireUser(services, request, 'operator');
    return { present: await readPresent(validate(listQuery, request.query).model) };
  });

  app.post(PATH, async (request) => {
    const operator = await requireUser(services, request, 'operator');
    const { password, ...order } = readBody(importRequest, request);
    const changedBy = await consentOf(db, operator, password, request.ip);
    const outcome = await importVendorCertificates(cmsStore, changedBy, order);
    return { ...outcome, present: await readPresent(order.model), isAlone: await isOnlyOperator(db, operator) };
  });

  app.delete(PATH, async (request) => {
    const { username: by } = await requireUser(services, request, 'operator');
    const { model: key, fingerprint } = readBody(removal, request);
    // To trust less, one operator is enough, and at once.
    await removeVendorCertificate(cmsStore, { by, consent: 'session' }, key, fingerprint);
    return { present: await readPresent(key) };
  });
}
