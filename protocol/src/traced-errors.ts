import * as v from 'valibot';
import type { TracedMessage, TraceEntry } from './trace.js';

/** An error as a trace has it. */
export interface TracedError {
  /** Number of its entry. */
  readonly number: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly method: string;
  /** Of the catalogue, unless another version made it. */
  readonly code: string;
}

/** As redaction leaves them: an error keeps its name, an outcome its method. */
const error = v.object({ data: v.object({ name: v.string() }) });
const outcomes = v.object({ outcomes: v.array(v.object({ method: v.string(), error: v.exactOptional(error) })) });

/** The errors that reached a page, or the inspector, in a trace: those of requests, and those of commands inside a step. */
export function errorsIn(entries: readonly TraceEntry[]): TracedError[] {
  return entries.flatMap((entry) =>
    // What a host answered is passed on to the page: there it is counted, once.
    entry.kind === 'message' && (entry.to === 'page' || entry.to === 'inspector') ? errorsOf(entry) : [],
  );
}

function errorsOf({ number, at, method, type, content }: TracedMessage): TracedError[] {
  if (type === 'error') return v.is(error, content) ? [{ number, at, method, code: content.data.name }] : [];
  if (type !== 'result' || !v.is(outcomes, content)) return [];
  return content.outcomes.flatMap(({ method: inStep, error: failed }) =>
    failed ? [{ number, at, method: inStep, code: failed.data.name }] : [],
  );
}
