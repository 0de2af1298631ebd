import { failuresIn, type CommandFailure } from './command-failure.js';
import type { TracedMessage, TraceEntry } from './trace.js';

/** An error as a trace has it. */
export interface TracedError extends Readonly<CommandFailure> {
  /** Number of its entry. */
  readonly number: number;
}

/** The errors that reached a page, or the inspector, in a trace: those of requests, and those of commands inside a step. */
export function errorsIn(entries: readonly TraceEntry[]): TracedError[] {
  return entries.flatMap((entry) =>
    // What a host answered is passed on to the page: there it is counted, once.
    entry.kind === 'message' && (entry.to === 'page' || entry.to === 'inspector') ? errorsOf(entry) : [],
  );
}

function errorsOf({ number, at, method, type, content }: TracedMessage): TracedError[] {
  if (type !== 'error' && type !== 'result') return [];
  const answer = type === 'error' ? { error: content } : { result: content };
  return failuresIn(method, answer).map((failure) => ({ number, at, ...failure }));
}
