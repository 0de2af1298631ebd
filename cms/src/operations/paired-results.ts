import { canEndWith, CardwrightError, isMethod } from '@cardwright/protocol';
import type { WireError } from '@cardwright/protocol/messages';
import type { CommandOutcome } from '@cardwright/protocol/steps';
import type { CommandResult } from '../store/operation-event.js';
import type { Call, Consequence } from './definition.js';

/**
 * Reads the results of a step, each by its call, in order. Page and host may lie, so each result is validated against the command table when it is
 * read.
 *
 * @returns the error that ended the step, with its consequence as decided by the call; null if every call has a result
 * @throws CardwrightError `INVALID_PARAMS` if the outcomes are not those of the step, or a result does not have the form of the command table; or an
 * error of the handlers of a call
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
      const error = errorOf(outcome.method, outcome.error);
      return { error, consequence: await call.failed(error) };
    }
    await call.read(outcome.result);
  }
  return null;
}

/** Returns the part of an outcome that is logged: never its result, and only the code of an error. */
export const codeOf = (outcome: CommandOutcome): CommandResult => ({
  method: outcome.method,
  error: 'error' in outcome ? errorOf(outcome.method, outcome.error).code : null,
});

/**
 * Reads the error of a command. An error with which the command cannot end counts as `INTERNAL`, like a code that is not in the catalogue:
 * either the host is newer than this CMS, or the page claims what only the CMS can decide.
 */
function errorOf(method: string, wire: WireError): CardwrightError {
  const error = CardwrightError.fromWire(wire);
  if (isMethod(method) && canEndWith(method, error.code)) return error;
  return new CardwrightError('INTERNAL', { incident: `${error.code} from ${method}` });
}

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
