import * as v from 'valibot';
import { text } from './schema.js';

/** A failed command in a report to a help desk. Of its error it holds only the code. */
export const commandFailure = v.strictObject({
  /** Milliseconds since 1970. */
  at: v.number(),
  /** Method of the command itself, even if it ran inside a step. */
  method: text(64),
  /** A code of the catalogue, unless another version made it. */
  code: text(60),
});
export type CommandFailure = v.InferOutput<typeof commandFailure>;

/** The answer to a request, original or redacted. */
export type Answer = { readonly result: unknown } | { readonly error: unknown };

/** Redaction keeps the name of an error, and the method of an outcome. */
const error = v.object({ data: v.object({ name: v.string() }) });
const outcomes = v.object({ outcomes: v.array(v.object({ method: v.string(), error: v.exactOptional(error) })) });

/**
 * Lists the commands that failed in an answer: the requested one, or those inside the step that it ran. Methods and codes are unchanged
 * and of any length.
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
