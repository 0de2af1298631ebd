import type { Measurement } from './measurement.js';
import { CRL_MAKING } from './measurements/crl-making.js';
import { CRL_READERS } from './measurements/crl-readers.js';
import { HOST_START } from './measurements/host-start.js';
import { INSPECTOR_BATCH } from './measurements/inspector-batch.js';
import { INSPECTOR_FRAME } from './measurements/inspector-frame.js';
import { ISSUANCE } from './measurements/issuance.js';
import { PORTAL_RATES } from './measurements/portal-rates.js';
import { ROUND_TRIP } from './measurements/round-trip.js';
import { WEIGHTS } from './measurements/weights.js';

/** Everything that `npm run bench` measures, in the order of its table. */
export const MEASUREMENTS: readonly Measurement[] = [
  HOST_START,
  INSPECTOR_BATCH,
  INSPECTOR_FRAME,
  ISSUANCE,
  CRL_MAKING,
  CRL_READERS,
  ROUND_TRIP,
  ...PORTAL_RATES,
  WEIGHTS,
];
