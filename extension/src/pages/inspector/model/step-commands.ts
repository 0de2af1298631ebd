import { progressParams, type TracedMessage } from '@cardwright/protocol/trace-shapes';
import * as v from 'valibot';
import type { CommandGroup, Outcome } from './command-group.js';

/** One command of a session or of a step. */
export interface ComparedCommand {
  readonly method: string;
  readonly outcome: Outcome;
  readonly code: string | null;
  /** Duration in milliseconds; null while the command lasts. */
  readonly duration: number | null;
  /** Set if the command was part of a step. */
  readonly inStep: boolean;
  readonly group: CommandGroup;
}

/**
 * Returns the commands of a step. The host reports the beginning of each command by `$/progress`. A command ends when the next command
 * begins. The last command ends with the step, and has the step's outcome.
 */
export function stepCommands(group: CommandGroup): ComparedCommand[] {
  const begun = new Map<number, { readonly method: string; readonly at: number }>();
  for (const { at, content } of group.entries.filter(isProgress)) {
    const progress = v.safeParse(progressParams, content);
    if (!progress.success || progress.output.kind !== 'command') continue;
    const { index = 0, method = '' } = progress.output;
    if (!begun.has(index)) begun.set(index, { method, at });
  }
  const list = [...begun].sort(([a], [b]) => a - b).map(([, command]) => command);
  return list.map(({ method, at }, index) => {
    const next = list[index + 1];
    const end = next?.at ?? group.span.end;
    return {
      method,
      outcome: next === undefined ? group.outcome : 'done',
      code: next === undefined ? group.code : null,
      duration: end === null ? null : end - at,
      inStep: true,
      group,
    };
  });
}

const isProgress = (entry: CommandGroup['entries'][number]): entry is TracedMessage =>
  entry.kind === 'message' && entry.type === 'notification' && entry.method === '$/progress';
