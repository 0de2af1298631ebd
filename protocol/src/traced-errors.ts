import { failuresIn, type CommandFailure } from './command-failure.js';
import type { TracedMessage, TraceEntry } from './trace.js';

/** An error in a trace. */
export interface TracedError extends Readonly<CommandFailure> {
  /** Number of the trace entry that contains the error. */
  readonly number: number;
}

/**
 * Lists the errors in a trace that reached a page or an inspector: errors that answer a request, and errors of commands inside a step.
 *
 * @example
 * for (const { number, method, code } of errorsIn(entries)) console.log(number, method, code);
 */
export function errorsIn(entries: readonly TraceEntry[]): TracedError[] {
  return entries.flatMap((entry) =>
    // The extension passes a host's answer on, so each error is counted only where it arrives.
    entry.kind === 'message' && (entry.to === 'page' || entry.to === 'inspector') ? errorsOf(entry) : [],
  );
}

function errorsOf({ number, at, method, type, content }: TracedMessage): TracedError[] {
  if (type !== 'error' && type !== 'result') return [];
  const answer = type === 'error' ? { error: content } : { result: content };
  return failuresIn(method, answer).map((failure) => ({ number, at, ...failure }));
}
