import { describe, expect, it } from '@jest/globals';
import fastify from 'fastify';
import { ROUTES } from '../../../../portal/src/features/list.js';
import { defineFeature, type Feature } from '../../../../portal/src/server/features/feature.js';
import { openFeatures } from '../../../../portal/src/server/features/open-features.js';
import { Offers, Port } from '../../../../portal/src/server/features/port.js';
import type { Sessions } from '../../../../portal/src/server/requests/request-guards.js';
import { requireRows } from '../../../../portal/src/server/routes/serve.js';

const CLOCK = new Port<() => number>('clock');
const DOUBLED = new Port<number>('doubled');

const doubling = defineFeature({
  name: 'doubling',
  needs: { clock: CLOCK },
  routes: {},
  metrics: {},
  checks: [],
  offers: [DOUBLED],
  open: ({ clock }, offers) => {
    DOUBLED.offer(offers, 2 * clock());
    return { handlers: {} };
  },
});

/** A feature whose only job does as much as the other one offers. */
const using = defineFeature({
  name: 'using',
  needs: { doubled: DOUBLED },
  routes: {},
  metrics: {},
  checks: [],
  open: ({ doubled }) => ({
    handlers: {},
    jobs: [{ doSome: () => Promise.resolve(doubled), failed: (problem) => problem }],
  }),
});

function offersOf(time: number): Offers {
  const offers = new Offers();
  CLOCK.offer(offers, () => time);
  return offers;
}

describe('features are opened', () => {
  it('with what the portal and the features before them offer, each portal on its own', async () => {
    const of = async (time: number) => {
      const [, opened] = openFeatures([doubling, using], offersOf(time));
      return opened?.jobs[0]?.doSome(new AbortController().signal);
    };
    expect(await Promise.all([of(4), of(5)])).toEqual([8, 10]);
  });

  it.each<[string, readonly Feature[], string]>([
    ['before what they need', [using, doubling], 'the feature using needs doubled, which nothing before it offers'],
    ['twice', [doubling, doubling], 'two features have the name doubling'],
    [
      'without offering what they say',
      [{ ...doubling, open: () => ({ serve: () => undefined, jobs: [], samples: () => Promise.resolve([]) }) }],
      'the feature doubling does not offer doubled',
    ],
  ])('but not %s', (_what, features, message) => {
    expect(() => openFeatures(features, offersOf(1))).toThrow(new Error(message));
  });
});

describe('a port', () => {
  it('holds one part of each portal', () => {
    const offers = offersOf(1);
    expect(() => CLOCK.offer(offers, () => 2)).toThrow(new Error('the port clock is offered twice'));
    expect(CLOCK.of(offers)()).toBe(1);
    expect(() => CLOCK.of(new Offers())).toThrow(new Error('nothing is offered under the port clock'));
  });
});

it('refuses a route of a feature that the table of all routes lacks', () => {
  const app = fastify();
  requireRows(app, ROUTES);
  const routes = { 'GET /api/hello': { ...ROUTES['GET /ca/ca.der'] } } as const;
  const [hello] = openFeatures(
    [
      defineFeature({
        name: 'hello',
        needs: {},
        routes,
        metrics: {},
        checks: [],
        open: () => ({ handlers: { 'GET /api/hello': () => Promise.resolve({}) } }),
      }),
    ],
    new Offers(),
  );
  expect(() => hello?.serve(app, { database: {} } as unknown as Sessions)).toThrow(
    new Error('GET /api/hello is in no table of routes'),
  );
});
