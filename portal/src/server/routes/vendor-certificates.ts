import { readDevicePolicy } from '@cardwright/cms/policies';
import { CardwrightError } from '@cardwright/protocol';
import type { FastifyInstance } from 'fastify';
import {
  importVendorCertificates,
  listVendorCertificates,
  removeVendorCertificate,
} from '../attestation/vendor-import.js';
import { withReliance } from '../attestation/reliance.js';
import { consentOf } from '../policies/consent.js';
import type { PortalServices } from '../services.js';
import { countByRoot } from '../store/devices-by-root.js';
import { languageOf } from './chosen-language.js';
import { serve } from './serve.js';
import { VENDOR_CERTIFICATE_ROUTES } from './table/vendor-certificates.js';

/** Serves the vendors' certificates in device policies (`VENDOR_CERTIFICATE_ROUTES`). */
export function vendorCertificateRoutes(app: FastifyInstance, services: PortalServices): void {
  const { store, mayActAlone } = services;
  const { db } = services.database;
  const readPresent = async (key: string) => {
    const row = await store.transaction((transaction) => transaction.findPolicy(key));
    if (!row) throw new CardwrightError('INVALID_PARAMS', { path: 'model', problem: 'expected a model with a policy' });
    return withReliance(listVendorCertificates(readDevicePolicy(row)), await countByRoot(db, key));
  };

  serve(app, services, VENDOR_CERTIFICATE_ROUTES, {
    'GET /api/operator/vendor-certificates': async ({ query: { model } }) => ({ present: await readPresent(model) }),

    'POST /api/operator/vendor-certificates': async ({ body }, { session: { user: operator }, request }) => {
      const { consent, ...order } = body;
      const changedBy = { ...consentOf(operator, consent, mayActAlone), language: languageOf(request) };
      const outcome = await importVendorCertificates(store, changedBy, order);
      return {
        ...outcome,
        present: await readPresent(order.model),
        isAlone: mayActAlone,
      };
    },

    'DELETE /api/operator/vendor-certificates': async ({ body: { model, fingerprint } }, { session: { user } }) => {
      // One operator alone can reduce trust, without a fresh proof, and the change takes effect at once.
      await removeVendorCertificate(store, { by: user.username, consent: 'session' }, model, fingerprint);
      return { present: await readPresent(model) };
    },
  });
}
