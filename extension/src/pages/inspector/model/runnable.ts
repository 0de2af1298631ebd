import { commands, isMethod, type Method } from '@cardwright/protocol';
import { REDACTED, type TraceEntry } from '@cardwright/protocol/trace';
import * as v from 'valibot';
import type { CommandGroup } from './command-group.js';

/** Commands that the inspector may run in a page's session. These commands change nothing, and a page may send them outside a step. */
export const RUNNABLE: readonly Method[] = Object.keys(commands)
  .filter(isMethod)
  .filter(
    (method) => commands[method].permission === 'read' && commands[method].reach.some((reach) => reach === 'page'),
  );

const paramsRecord = v.record(v.string(), v.unknown());

/** A command of a trace that can be sent again. */
export interface RepeatableCommand {
  readonly method: Method;
  readonly params: Record<string, unknown>;
}

/**
 * Returns a command of a trace with its parameters, to send it again. Returns null if the inspector may not run the command, if its
 * request or a secret in it was not recorded, or if the recorded parameters do not fit the command table. A trace shortens none of the
 * parameters, because no runnable command takes a text.
 */
export function repeatable(group: CommandGroup): RepeatableCommand | null {
  const [first] = group.entries;
  if (!isRequest(first) || !RUNNABLE.some((method) => method === first.method) || !isMethod(first.method)) return null;
  const params = v.safeParse(paramsRecord, first.content);
  if (!params.success || JSON.stringify(params.output).includes(REDACTED)) return null;
  if (!v.is(commands[first.method].params, params.output)) return null;
  return { method: first.method, params: params.output };
}

const isRequest = (entry: TraceEntry | undefined): entry is TraceEntry & { kind: 'message' } =>
  entry?.kind === 'message' && entry.type === 'request';

/** A member of the parameters that does not fit the command table. */
export interface ParamProblem {
  /** Path to the member: the names on the way, joined by dots; empty for the parameters as a whole. */
  readonly path: string;
  readonly expected: string;
}

/** Validates parameters against the command table. Returns the problems; an empty list if the parameters are valid. */
export function paramProblems(method: Method, params: unknown): ParamProblem[] {
  const parsed = v.safeParse(commands[method].params, params);
  if (parsed.success) return [];
  return parsed.issues.map((issue) => ({
    path: v.getDotPath(issue) ?? '',
    expected: issue.expected ?? 'another value',
  }));
}
