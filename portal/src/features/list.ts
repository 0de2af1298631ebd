import type { Feature } from '../server/features/feature.js';
import { OWN_AREAS } from '../server/findings/finding.js';
import { OWN_METRICS } from '../server/monitor/metrics.js';
import { OWN_ROUTES } from '../server/routes/table.js';
import { expiryDates } from './expiry-dates/feature.js';
import { supportFiles } from './support-files/feature.js';

/** The features of the portal, in the order in which they are opened. */
export const FEATURES = [expiryDates, supportFiles] as const satisfies readonly Feature[];

/**
 * Every route of the portal: its callers, its input and its answer. The server registers no other routes, the pages call routes by their address,
 * and `npm run build` writes the list of routes into the portal's README. The routes for phones are served only if mobile devices are configured,
 * and the pages only after a build.
 */
export const ROUTES = { ...OWN_ROUTES, ...expiryDates.routes, ...supportFiles.routes } as const;
export type Routes = typeof ROUTES;

/** Every metric. `/metrics` writes what this table names, and `npm run build` writes it into docs/operate.md. */
export const METRICS = { ...OWN_METRICS, ...expiryDates.metrics } as const;

/** The checks that the features add to `doctor`. */
export const CHECKS = FEATURES.flatMap(({ checks }) => checks);

/** The areas of checks, with the titles that are printed for them, in the order in which they are printed. */
export const AREAS: Readonly<Record<string, string>> = {
  ...OWN_AREAS,
  ...Object.fromEntries(CHECKS.map(({ area, title }) => [area, title])),
};
