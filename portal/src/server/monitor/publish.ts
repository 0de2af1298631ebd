import { table, withList } from '../generated-list.js';
import type { MetricTable } from './metrics.js';

/** Returns a document in which a new table of metrics, made from `metrics`, replaces the former one. */
export const withMetrics = (document: string, metrics: MetricTable): string =>
  withList(
    document,
    'Metrics',
    table(
      ['metric', 'type', 'labels', 'what it says'],
      Object.entries(metrics).map(([name, { type, labels, help }]) => [
        `\`${name}\``,
        type,
        labels.map((label) => `\`${label}\``).join(', '),
        help,
      ]),
    ),
  );
