import { table, withList } from '../generated-list.js';
import { METRICS } from './metrics.js';

/** Returns a document in which a new table of metrics, made from `METRICS`, replaces the former one. */
export const withMetrics = (document: string): string =>
  withList(
    document,
    'Metrics',
    table(
      ['metric', 'type', 'labels', 'what it says'],
      Object.entries(METRICS).map(([name, { type, labels, help }]) => [
        `\`${name}\``,
        type,
        labels.map((label) => `\`${label}\``).join(', '),
        help,
      ]),
    ),
  );
