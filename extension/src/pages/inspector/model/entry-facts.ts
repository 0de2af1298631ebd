import { wireError, commandOutcome, type TracedApdu, type TraceEntry } from '@cardwright/protocol/trace-shapes';
import * as v from 'valibot';

/** Facts that one trace entry shows by itself, without the other entries of its command. */

export type Lane = 'page' | 'inspector' | 'extension' | 'host' | 'card';

/**
 * Returns the source and the destination of an entry. An APDU goes from the host to the card and back, although the trace does not
 * name the card.
 */
export const routeOf = (entry: TraceEntry): { readonly from: Lane; readonly to: Lane } =>
  entry.kind === 'apdu' ? { from: 'host', to: 'card' } : { from: entry.from, to: entry.to };

/** Returns the method of a message, or the method during which an APDU was sent. */
export const methodOf = (entry: TraceEntry): string => (entry.kind === 'apdu' ? entry.exchange.method : entry.method);

const errorContent = v.object({ data: wireError.entries.data });
/** Schema of a step's result. Such a result is no error message, although it may name a command that failed. */
const stepContent = v.object({ outcomes: v.array(v.unknown()) });

/**
 * Returns the error code in a message: in an error, in a step's result that names a failed command, or in `session.ended`. Returns null for
 * any other entry.
 */
export function errorCodeOf(entry: TraceEntry): string | null {
  if (entry.kind === 'apdu') return null;
  if (entry.type === 'error') {
    const error = v.safeParse(errorContent, entry.content);
    return error.success ? error.output.data.name : 'INTERNAL';
  }
  if (entry.type === 'result') return failedOutcome(entry.content)?.code ?? null;
  // `session.ended` contains the error that ended the session.
  if (entry.type === 'notification' && entry.method === 'session.ended') {
    const ended = v.safeParse(v.object({ error: errorContent }), entry.content);
    return ended.success ? ended.output.error.data.name : null;
  }
  return null;
}

/**
 * Returns the first command that failed in a step's result, with its error code. Returns null if no command failed, or if the content is
 * not a step's result.
 */
export function failedOutcome(content: unknown): { readonly method: string; readonly code: string } | null {
  const step = v.safeParse(stepContent, content);
  if (!step.success) return null;
  for (const one of step.output.outcomes) {
    const outcome = v.safeParse(commandOutcome, one);
    if (outcome.success && 'error' in outcome.output) {
      return { method: outcome.output.method, code: outcome.output.error.data.name };
    }
  }
  return null;
}

/** First bytes of status words (SW1) for "more bytes available" and "wrong Le". Both status words concern only the transport. */
const TRANSPORT = new Set([0x61, 0x6c]);

/** True if the card refused the APDU, warned, or did not answer at all. */
export const isRefused = ({ exchange: { statusWord } }: TracedApdu): boolean =>
  statusWord === null || (statusWord !== 0x9000 && !TRANSPORT.has(statusWord >> 8));

/** Returns a status word as standards write it, in four hexadecimal digits; `----` if the card did not answer. */
export const statusDigits = (statusWord: number | null): string => (statusWord === null ? '----' : hex(statusWord, 4));

/** Returns a request's id as it is shown. An id that is a text is recorded in quotation marks, which are removed here. */
export const requestWords = (request: string): string => request.replaceAll('"', '');

/** Returns a number in upper-case hexadecimal digits, padded with zeros to `digits`. */
export const hex = (value: number, digits = 2): string => value.toString(16).toUpperCase().padStart(digits, '0');

/** Returns all text of an entry, in lower case, for the free-text search. */
export function searchText(entry: TraceEntry): string {
  if (entry.kind === 'message') return `${entry.method} ${JSON.stringify(entry.content)}`.toLowerCase();
  const { method, reader, instruction, meaning, data, response, statusWord } = entry.exchange;
  const parts = [method, reader, instruction, meaning, data, response, statusDigits(statusWord)];
  return parts.join(' ').toLowerCase();
}
