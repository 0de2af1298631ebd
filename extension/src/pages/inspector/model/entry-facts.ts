import { isErrorCode, wireError, commandOutcome, type TracedApdu, type TraceEntry } from '@cardwright/protocol';
import * as v from 'valibot';

/** What can be told of one entry of a trace by itself. */

export type Lane = 'page' | 'inspector' | 'extension' | 'host' | 'card';

/** Where an entry comes from and goes to. The trace has no part `card`: an APDU goes from the host to it and back. */
export const routeOf = (entry: TraceEntry): { readonly from: Lane; readonly to: Lane } =>
  entry.kind === 'apdu' ? { from: 'host', to: 'card' } : { from: entry.from, to: entry.to };

/** The method of a message, or that in whose course an APDU was sent. */
export const methodOf = (entry: TraceEntry): string => (entry.kind === 'apdu' ? entry.exchange.method : entry.method);

const errorContent = v.object({ data: wireError.entries.data });
/** A step's result is no error, although it says which command ended it. */
const stepContent = v.object({ outcomes: v.array(v.unknown()) });

/** The code of the error that a message tells of; null where it tells of none. */
export function errorCodeOf(entry: TraceEntry): string | null {
  if (entry.kind === 'apdu') return null;
  if (entry.type === 'error') {
    const error = v.safeParse(errorContent, entry.content);
    return error.success ? error.output.data.name : 'INTERNAL';
  }
  if (entry.type === 'result') return failedOutcome(entry.content)?.code ?? null;
  // `session.ended` says why.
  if (entry.type === 'notification' && entry.method === 'session.ended') {
    const ended = v.safeParse(v.object({ error: errorContent }), entry.content);
    return ended.success ? ended.output.error.data.name : null;
  }
  return null;
}

/** The command that ended a step, with its error; null where all succeeded. */
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

/** A code of the catalogue; null for one that this version does not know. */
export const knownCode = (code: string) => (isErrorCode(code) ? code : null);

/** SW1 of "more bytes wait" and of "wrong Le": both are part of the transport. */
const TRANSPORT = new Set([0x61, 0x6c]);

/** Whether a card refused, warned, or did not answer at all. */
export const isRefused = ({ exchange: { statusWord } }: TracedApdu): boolean =>
  statusWord === null || (statusWord !== 0x9000 && !TRANSPORT.has(statusWord >> 8));

/** Four hexadecimal digits, as standards write status words. */
export const statusDigits = (statusWord: number | null): string => (statusWord === null ? '----' : hex(statusWord, 4));

/** A request's id as people read it: one that is a text comes as JSON, in quotation marks. */
export const requestWords = (request: string): string => request.replaceAll('"', '');

/** Upper-case hexadecimal digits. */
export const hex = (value: number, digits = 2): string => value.toString(16).toUpperCase().padStart(digits, '0');

/** All text of an entry, in lower case, in which free text is searched. */
export function searchText(entry: TraceEntry): string {
  if (entry.kind === 'message') return `${entry.method} ${JSON.stringify(entry.content)}`.toLowerCase();
  const { method, reader, instruction, meaning, data, response, statusWord } = entry.exchange;
  const parts = [method, reader, instruction, meaning, data, response, statusDigits(statusWord)];
  return parts.join(' ').toLowerCase();
}
