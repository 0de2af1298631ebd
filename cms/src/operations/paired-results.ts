import { CardwrightError, type CommandOutcome } from '@cardwright/protocol';
import type { CommandResult } from '../store/operation-event.js';
import type { Call, Consequence } from './definition.js';

/**
 * Pairs the results of a step with its calls, in their order. They come from a page and a host that may lie: each is validated against
 * the command table when it is read.
 *
 * @returns the error that ended the step, with what the call that it ended says of it; null where all calls were answered
 * @throws CardwrightError `INVALID_PARAMS` when the outcomes are not those of the step
 */
export async function readResults(
  calls: readonly Call[],
  outcomes: readonly CommandOutcome[],
): Promise<{ readonly error: CardwrightError; readonly consequence: Consequence | undefined } | null> {
  requireOfStep(calls, outcomes);
  for (const [index, call] of calls.entries()) {
    const outcome = outcomes[index];
    if (!outcome) throw new Error('a step is whole or ends with an error');
    if ('error' in outcome) {
      const error = CardwrightError.fromWire(outcome.error);
      return { error, consequence: await call.failed(error) };
    }
    await call.read(outcome.result);
  }
  return null;
}

/** What is kept of an outcome: never its result, and of an error only its code. */
export const codeOf = (outcome: CommandOutcome): CommandResult => ({
  method: outcome.method,
  error: 'error' in outcome ? CardwrightError.fromWire(outcome.error).code : null,
});

function requireOfStep(calls: readonly Call[], outcomes: readonly CommandOutcome[]): void {
  const last = outcomes.at(-1);
  const isBrokenOff = last !== undefined && 'error' in last;
  const isWhole = isBrokenOff ? outcomes.length <= calls.length : outcomes.length === calls.length;
  const isInOrder = outcomes.every(
    (outcome, index) =>
      outcome.method === calls[index]?.method && (index === outcomes.length - 1 || 'result' in outcome),
  );
  if (!isWhole || !isInOrder)
    throw new CardwrightError('INVALID_PARAMS', { path: 'outcomes', problem: 'expected those of the step' });
}
