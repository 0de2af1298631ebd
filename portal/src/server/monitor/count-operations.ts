import type { Changes } from '@cardwright/cms/store';
import type { Counters } from './counters.js';

/** Counts the operations that committed changes ended or interrupted. */
export const countOperations =
  (counters: Counters) =>
  ({ events, operations }: Pick<Changes, 'events' | 'operations'>): void => {
    for (const { operationId, what } of events) {
      if (what.kind !== 'ended' && what.kind !== 'rested') continue;
      // The row of an operation is written with each of its events that change it.
      const operation = operations.find(({ id }) => id === operationId)?.kind ?? 'unknown';
      const code = what.error ?? 'none';
      if (what.kind === 'rested') counters.add('cardwright_operations_interrupted_total', { operation, code });
      else counters.add('cardwright_operations_ended_total', { operation, outcome: what.state, code });
    }
  };
