import type { DevicePolicy } from '@cardwright/cms/policies';
import type { FastifyInstance } from 'fastify';
import type { Finding } from '../findings/finding.js';
import type { MetricTable, Sample } from '../monitor/metrics.js';
import type { Sessions } from '../requests/request-guards.js';
import { serve, type HandlersOf } from '../routes/serve.js';
import type { RouteTable } from '../routes/table/route.js';
import type { Configuration } from '../settings/configuration.js';
import type { Job } from '../work/due-work.js';
import type { Offers, Port } from './port.js';

/** What a feature needs, by the names that it gives to it. */
export type Needs = Readonly<Record<string, Port<unknown>>>;
/** What a feature gets for its needs. */
export type Given<N extends Needs> = { readonly [K in keyof N]: N[K] extends Port<infer T> ? T : never };

/** An open feature of one portal. */
export interface FeatureParts<R extends RouteTable> {
  /** A handler for each route of the feature. */
  readonly handlers: HandlersOf<R>;
  readonly jobs?: readonly Job[];
  /** Measures what the feature adds to the metrics. */
  readonly samples?: () => Promise<readonly Sample[]>;
}

/** What `doctor` knows of an installation without starting the portal. */
export interface DoctorFacts {
  readonly configuration: Configuration;
  /** What the device policies trust; undefined if the database cannot be read. */
  readonly policies: readonly Pick<DevicePolicy, 'attestationRoots' | 'attestationIntermediates'>[] | undefined;
  readonly now: Date;
}

/** An area of checks of `doctor`, with the title that is printed for it. */
export interface CheckedArea {
  readonly area: string;
  readonly title: string;
  readonly check: (facts: DoctorFacts) => readonly Finding[];
}

/** A part of the portal that can be left out: what it adds, and what it needs for that. */
export interface FeatureDefinition<R extends RouteTable, M extends MetricTable, N extends Needs> {
  /** Name of the feature, which is also that of its folder. */
  readonly name: string;
  readonly needs: N;
  readonly routes: R;
  readonly metrics: M;
  readonly checks: readonly CheckedArea[];
  /** What the feature offers to the features after it. `open` offers it. */
  readonly offers?: readonly Port<unknown>[];
  /** Opens the feature for one portal. Starts nothing yet, because the portal does not listen. */
  readonly open: (given: Given<N>, offers: Offers) => FeatureParts<R>;
}

/** A feature as the portal opens it, whatever its routes and needs are. */
export interface Feature {
  readonly name: string;
  readonly needs: Needs;
  readonly offers: readonly Port<unknown>[];
  readonly open: (offers: Offers) => OpenFeature;
}

/** An open feature, whatever its routes are. */
export interface OpenFeature {
  readonly serve: (app: FastifyInstance, sessions: Sessions) => void;
  readonly jobs: readonly Job[];
  readonly samples: () => Promise<readonly Sample[]>;
}

/**
 * Defines a feature.
 *
 * @example
 * export const hello = defineFeature({
 *   name: 'hello',
 *   needs: { configuration: CONFIGURATION },
 *   routes: HELLO_ROUTES,
 *   metrics: {},
 *   checks: [],
 *   open: ({ configuration }) => ({ handlers: { 'GET /api/hello': async () => ({ from: configuration.host }) } }),
 * });
 */
export const defineFeature = <R extends RouteTable, M extends MetricTable, N extends Needs>(
  definition: FeatureDefinition<R, M, N>,
): Omit<FeatureDefinition<R, M, N>, 'open' | 'offers'> & Feature => ({
  ...definition,
  offers: definition.offers ?? [],
  open: (offers) => {
    const {
      handlers,
      jobs = [],
      samples = () => Promise.resolve([]),
    } = definition.open(givenFor(definition.needs, offers), offers);
    return { serve: (app, sessions) => serve(app, sessions, definition.routes, handlers), jobs, samples };
  },
});

/** Looks up each need of a feature. */
function givenFor<N extends Needs>(needs: N, offers: Offers): Given<N>;
function givenFor(needs: Needs, offers: Offers): Given<Needs> {
  return Object.fromEntries(Object.entries(needs).map(([name, port]) => [name, port.of(offers)]));
}
