import * as v from 'valibot';
import { text } from './schema.js';

/** A failed command in a report to a help desk. It has the code of the error, without the details. */
export const commandFailure = v.strictObject({
  /** Milliseconds since 1970. */
  at: v.number(),
  /** Method of the command itself, even if it ran inside a step. */
  method: text(64),
  /** Error code. A report that another version made can have a code that this catalogue does not know. */
  code: text(60),
});
export type CommandFailure = v.InferOutput<typeof commandFailure>;

/** The answer to a request, original or redacted. */
export type Answer = { readonly result: unknown } | { readonly error: unknown };

/** The members of an answer that `failuresIn` reads: the name of an error, and the method of an outcome. They are in a redacted answer too. */
const error = v.object({ data: v.object({ name: v.string() }) });
const outcomes = v.object({ outcomes: v.array(v.object({ method: v.string(), error: v.exactOptional(error) })) });

/**
 * Lists the failed commands in an answer: the requested command itself or, if it ran a step, the commands of the step. Methods and codes are
 * returned as they were received, of any length.
 *
 * @example
 * const error = new CardwrightError('NO_READER').toWire();
 * failuresIn('device.list', { error }); // [{ method: 'device.list', code: 'NO_READER' }]
 */
export function failuresIn(method: string, answer: Answer): Omit<CommandFailure, 'at'>[] {
  if ('error' in answer) return v.is(error, answer.error) ? [{ method, code: answer.error.data.name }] : [];
  if (!v.is(outcomes, answer.result)) return [];
  return answer.result.outcomes.flatMap(({ method: inStep, error: failed }) =>
    failed ? [{ method: inStep, code: failed.data.name }] : [],
  );
}
