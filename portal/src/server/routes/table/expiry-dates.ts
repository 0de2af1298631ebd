import * as v from 'valibot';
import type { ExpiryDate } from '../../expiry/expiry-dates.js';
import { NOTHING, of, type RouteTable } from './route.js';

/** The list of everything that expires in the installation. */
export const EXPIRY_DATE_ROUTES = {
  'GET /api/operator/expiry-dates': {
    who: 'see-expiry-dates',
    takes: NOTHING,
    answer: v.object({ expiryDates: of<readonly ExpiryDate[]>() }),
    sentence:
      'Lists what expires in the installation besides the certificates of devices, what ends first at the beginning.',
  },
} as const satisfies RouteTable;
