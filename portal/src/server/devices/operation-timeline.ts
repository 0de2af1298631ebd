import { STANDARD_OPERATIONS } from '@cardwright/cms';
import { sayIn, type Words } from '@cardwright/cms/operations';
import type { OperationEvent } from '@cardwright/cms/store';
import type { AuditRow, LoggedOperation } from '../store/operation-log.js';

/**
 * A command of a step. The command is `unanswered` if no result came for the command: the results of the step did not arrive, or an earlier
 * command of the step failed.
 */
export interface TimelineCommand {
  readonly method: string;
  readonly outcome: 'passed' | 'failed' | 'unanswered';
  /** Error code of the catalogue; null if the command did not fail. */
  readonly error: string | null;
}

/** A step of the operation, as the card management recorded it. */
export interface TimelineStep {
  readonly kind: 'step';
  readonly at: Date;
  readonly name: string;
  /** Words that the user read during the step, in the language of the timeline; null for a step that this version of the portal does not know. */
  readonly words: string | null;
  readonly number: number;
  /** Milliseconds between sending the step and receiving its results; null if no results came. */
  readonly duration: number | null;
  readonly commands: readonly TimelineCommand[];
}

/** An entry of the audit log on the operation, for example that an escrow was stored or a certificate was issued. */
export interface TimelineFact extends Pick<AuditRow, 'at' | 'actor' | 'event' | 'outcome' | 'detail'> {
  readonly kind: 'fact';
}

type Happening<Kind> = Extract<OperationEvent['what'], { readonly kind: Kind }>;

export type TimelineItem =
  | TimelineStep
  | TimelineFact
  | { readonly kind: 'session'; readonly isResumed: boolean; readonly at: Date; readonly address: string | null }
  | (Happening<'judged-again'> & { readonly at: Date })
  | (Happening<'rested'> & { readonly at: Date })
  | (Happening<'moved'> & { readonly at: Date; readonly actor: string })
  /** `reason` is what the audit log says besides the error code: a code of the card management, or an operation's own words. */
  | (Happening<'ended'> & { readonly at: Date; readonly reason: string | null });

/** The course of an operation, up to its end or its current state. */
export interface OperationTimeline {
  readonly id: string;
  readonly kind: string;
  /** Title of the operation; the kind of the operation if this version of the portal does not know the operation. */
  readonly title: string;
  readonly deviceId: string | null;
  readonly status: string;
  readonly owner: { readonly username: string; readonly displayName: string };
  readonly startedAt: Date;
  readonly updatedAt: Date;
  readonly items: readonly TimelineItem[];
}

/** Words of each step, by the name of the step. The names are unique; some operations share a step. */
const WORDS: ReadonlyMap<string, Words> = new Map(
  STANDARD_OPERATIONS.flatMap(({ steps }) => steps).map(({ name, phase }) => [name, phase.words]),
);

/** Returns the course of an operation, merged with the audit log's entries on it, in the order of time. */
export function timelineOf(
  { operation, owner, events, entries }: LoggedOperation,
  language: string,
): OperationTimeline {
  const { id, kind, deviceId, status, createdAt: startedAt, updatedAt } = operation;
  // The audit log's entries about starts and ends are left out, because the events describe these better. These entries stay if there are no
  // events, as for an operation of an older portal.
  const facts = entries.filter(({ event }) => events.length === 0 || !event.startsWith('operation.')).map(factOf);
  const items = [...itemsOf(events, reasonIn(entries), language), ...facts]
    .map((item, index) => ({ item, index }))
    .sort((a, b) => momentOf(a.item) - momentOf(b.item) || rankOf(a.item) - rankOf(b.item) || a.index - b.index)
    .map(({ item }) => item);
  const known = STANDARD_OPERATIONS.find((one) => one.kind === kind);
  const title = known ? sayIn(language, known.title) : kind;
  return { id, kind, title, deviceId, status, owner, startedAt, updatedAt, items };
}

const factOf = ({ at, actor, event, outcome, detail }: AuditRow): TimelineFact => ({
  kind: 'fact',
  at,
  actor,
  event,
  outcome,
  detail,
});

const momentOf = ({ at }: TimelineItem): number => at.getTime();

/**
 * Returns the rank of an item among items with the same time, which come from the same request. First comes the start of the operation, then
 * entries of the audit log, then everything else, such as the step that was sent.
 */
const rankOf = ({ kind }: TimelineItem): number =>
  kind === 'session' || kind === 'judged-again' ? 0 : kind === 'fact' ? 1 : 2;

/** Returns the recorded reason why an operation ended. Returns null if no reason was recorded. */
function reasonIn(entries: readonly AuditRow[]): string | null {
  const reason = entries.findLast(({ event }) => event === 'operation.finished')?.detail.reason;
  return typeof reason === 'string' ? reason : null;
}

function itemsOf(events: readonly OperationEvent[], reason: string | null, language: string): TimelineItem[] {
  return events.flatMap(({ what, at, actor, address }, index): TimelineItem[] => {
    switch (what.kind) {
      case 'started':
      case 'resumed':
        return [{ kind: 'session', isResumed: what.kind === 'resumed', at, address }];
      case 'step-sent':
        return [stepOf(what, at, findResults(what, events.slice(index + 1)), language)];
      case 'step-results':
        return [];
      case 'moved':
        return [{ ...what, at, actor }];
      case 'judged-again':
      case 'rested':
        return [{ ...what, at }];
      case 'ended':
        return [{ ...what, at, reason }];
    }
  });
}

interface Results {
  readonly what: Happening<'step-results'>;
  readonly at: Date;
}

function findResults({ number }: Happening<'step-sent'>, later: readonly OperationEvent[]): Results | undefined {
  for (const { what, at } of later) if (what.kind === 'step-results' && what.number === number) return { what, at };
  return undefined;
}

function stepOf(
  { step: name, number, methods }: Happening<'step-sent'>,
  at: Date,
  results: Results | undefined,
  language: string,
): TimelineStep {
  const commands = methods.map((method, index): TimelineCommand => {
    const result = results?.what.commands[index];
    if (!result) return { method, outcome: 'unanswered', error: null };
    return { method, outcome: result.error === null ? 'passed' : 'failed', error: result.error };
  });
  const words = WORDS.get(name);
  const duration = results ? results.at.getTime() - at.getTime() : null;
  return { kind: 'step', at, name, words: words ? sayIn(language, words) : null, number, duration, commands };
}
