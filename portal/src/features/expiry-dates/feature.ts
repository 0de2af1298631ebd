import * as v from 'valibot';
import { defineFeature } from '../../server/features/feature.js';
import { samplerOf, type MetricTable } from '../../server/monitor/metrics.js';
import { NOTHING, of, type RouteTable } from '../../server/routes/table/route.js';
import { AUTHORITY, CONFIGURATION, DATABASE } from '../../server/features/ports.js';
import { AREA, checkExpiryDates } from './check.js';
import type { ExpiryDate, ExpiryKind } from './expiry-dates.js';
import { expiryDatesIn } from './installation.js';
import { claimsIn, expiryJob } from './watch.js';

const SECOND = 1000;

const ROUTES = {
  'GET /api/operator/expiry-dates': {
    who: 'see-expiry-dates',
    takes: NOTHING,
    answer: v.object({ expiryDates: of<readonly ExpiryDate[]>() }),
    sentence:
      'Lists what expires in the installation besides the certificates of devices, what ends first at the beginning.',
  },
} as const satisfies RouteTable;

const METRICS = {
  cardwright_expiry_seconds: {
    type: 'gauge',
    labels: ['kind'],
    help: 'Seconds until the first end among what expires, by kind; negative after it.',
  },
} as const satisfies MetricTable;
const sample = samplerOf(METRICS);

/** Tells what expires in the installation: on a page for operators, in the log, in `doctor`, and in a metric. */
export const expiryDates = defineFeature({
  name: 'expiry-dates',
  needs: { configuration: CONFIGURATION, database: DATABASE, authority: AUTHORITY },
  routes: ROUTES,
  metrics: METRICS,
  checks: [
    {
      ...AREA,
      check: ({ configuration, policies, now }) => checkExpiryDates(configuration, policies, now),
    },
  ],
  open: ({ configuration, database: { db }, authority: { last, currentCrl } }) => {
    const read = expiryDatesIn({ db, authority: last, crl: currentCrl, configuration });
    return {
      handlers: { 'GET /api/operator/expiry-dates': async () => ({ expiryDates: await read() }) },
      jobs: [expiryJob(read, claimsIn(db))],
      samples: async () => {
        const first = new Map<ExpiryKind, Date>();
        for (const { kind, notAfter } of await read()) if (!first.has(kind)) first.set(kind, notAfter);
        return [...first].map(([kind, notAfter]) =>
          sample('cardwright_expiry_seconds', { kind }, (notAfter.getTime() - Date.now()) / SECOND),
        );
      },
    };
  },
});
