import { PRODUCT_VERSION } from '@cardwright/protocol/identity';
import { traceFile, type TraceFile } from '@cardwright/protocol/trace';
import * as v from 'valibot';
import type { TraceStore } from './trace-store.js';

/** Maximum size of a trace file, in bytes. */
export const MAX_FILE_BYTES = 64 * 1024 * 1024;

/**
 * The latest time that a `Date` can hold, in milliseconds since 1970 (ECMA-262, 21.4.1.1). No number in a trace needs to be greater.
 */
const MAX_NUMBER = 8.64e15;

/** The reason why a file is not shown. The text that explains the reason is named `inspector_import_` and the reason. */
export type FileProblem = 'too_large' | 'not_json' | 'not_a_trace' | 'other_version';

/** Returns the content of a trace file. Secrets were replaced before the entries were made. */
export function writeTraceFile(trace: Pick<TraceStore, 'entries' | 'sessions' | 'dropped'>, saved: number): string {
  const file: TraceFile = {
    format: 'cardwright-trace',
    version: 1,
    saved,
    extension: PRODUCT_VERSION,
    dropped: trace.dropped,
    sessions: trace.sessions.map(({ id, origin, started, ended }) => ({ id, origin, started, ended })),
    entries: [...trace.entries],
  };
  return `${JSON.stringify(file)}\n`;
}

/**
 * Reads a trace file, which may come from anyone. Refuses members that `traceFile` does not describe, entries that are not in ascending
 * order, numbers above `MAX_NUMBER`, and nesting beyond `MAX_DEPTH`. Drops every member `__proto__`.
 */
export function readTraceFile(text: string): TraceFile | FileProblem {
  if (text.length > MAX_FILE_BYTES) return 'too_large';
  const json = parseJson(text);
  if (json === undefined) return 'not_json';
  const head = v.safeParse(v.object({ format: v.literal('cardwright-trace'), version: v.unknown() }), json);
  if (!head.success) return 'not_a_trace';
  if (head.output.version !== 1) return 'other_version';
  const file = v.safeParse(traceFile, json, { abortEarly: true });
  if (!file.success || !isOrdered(file.output) || !isHarmless(json)) return 'not_a_trace';
  return file.output;
}

/** Maximum depth of nested objects and lists. A page's message is nested at most half as deeply. */
const MAX_DEPTH = 64;

/**
 * True if parsed JSON is harmless: no number exceeds `MAX_NUMBER`, and nothing is nested more deeply than `MAX_DEPTH`. The function does
 * not recurse, because the depth is not known yet.
 */
function isHarmless(json: unknown): boolean {
  let level: unknown[] = [json];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH || level.some((value) => typeof value === 'number' && Math.abs(value) > MAX_NUMBER))
      return false;
    level = level.flatMap(membersOf);
  }
  return true;
}

const membersOf = (value: unknown): unknown[] =>
  typeof value === 'object' && value !== null ? Object.values(value) : [];

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text, (key: string, value: unknown) => (key === '__proto__' ? undefined : value));
  } catch {
    return undefined;
  }
}

const isOrdered = ({ entries }: TraceFile): boolean =>
  entries.every(({ number }, index) => index === 0 || number > (entries[index - 1]?.number ?? 0));

/** Returns a file name that sorts by time (in UTC) and reveals nothing about a site. */
export const traceFileName = (saved: number): string =>
  `cardwright-trace-${new Date(saved).toISOString().slice(0, 19).replaceAll(':', '-')}.json`;
