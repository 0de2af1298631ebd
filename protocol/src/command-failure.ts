import * as v from 'valibot';
import { text } from './schema.js';

/** A command that failed, as a help desk learns of it: of its error the code, and nothing else. */
export const commandFailure = v.strictObject({
  /** Milliseconds since 1970. */
  at: v.number(),
  /** Its own, also where it was inside a step. */
  method: text(64),
  /** Of the catalogue, unless another version made it. */
  code: text(60),
});
export type CommandFailure = v.InferOutput<typeof commandFailure>;

/** What a request was answered, as it came or as redaction left it. */
export type Answer = { readonly result: unknown } | { readonly error: unknown };

/** Redaction keeps the name of an error, and the method of an outcome. */
const error = v.object({ data: v.object({ name: v.string() }) });
const outcomes = v.object({ outcomes: v.array(v.object({ method: v.string(), error: v.exactOptional(error) })) });

/**
 * The commands that failed by an answer: that of the request, or those inside the step that it ran. Methods and codes are as they
 * came, of any length.
 */
export function failuresIn(method: string, answer: Answer): Omit<CommandFailure, 'at'>[] {
  if ('error' in answer) return v.is(error, answer.error) ? [{ method, code: answer.error.data.name }] : [];
  if (!v.is(outcomes, answer.result)) return [];
  return answer.result.outcomes.flatMap(({ method: inStep, error: failed }) =>
    failed ? [{ method: inStep, code: failed.data.name }] : [],
  );
}
