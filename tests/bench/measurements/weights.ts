import { LIMITS, weigh, type Limit } from '../../support/weights.js';
import type { Measurement } from '../measurement.js';

/** What a page or a browser loads before it shows anything. What a server sends counts compressed, what an extension installs does not. */
const WEIGHED = [
  'the bridge of the extension',
  'the background of the extension',
  'connect()',
  'all elements in one language',
];

const limits = WEIGHED.map(limitOf);

export const WEIGHTS: Measurement = {
  lines: limits.map(({ what, most }) => ({
    name: `weight: ${what}, ${'gzip' in most ? 'gzip' : 'minified'}`,
    beside: 'its limit',
    unit: 'bytes',
    goal: { atMost: 1 },
  })),
  rounds: 1,
  open: () => Promise.resolve({ round: () => Promise.all(limits.map(sampleOf)) }),
};

function limitOf(name: string): Limit {
  const limit = LIMITS.find(({ what }) => what === name);
  if (!limit) throw new Error(`${name} has no limit`);
  return limit;
}

async function sampleOf(limit: Limit) {
  const { most } = limit;
  const { gzip, minified } = await weigh(limit);
  return 'gzip' in most ? { figure: gzip, reference: most.gzip } : { figure: minified, reference: most.minified };
}
