import type { TracedMessage, TraceEntry } from '@cardwright/protocol/trace';
import { errorCodeOf, isRefused } from './entry-facts.js';

/** A span of time, in milliseconds since 1970. */
export interface Span {
  readonly start: number;
  /** End of the span; null while it lasts. */
  readonly end: number | null;
}

/**
 * Outcome of a group of entries. Besides `done` and `failed`, there are:
 *
 * - `open`: there is no answer yet;
 * - `told`: no answer is expected, as for notifications and for APDUs outside any command.
 */
export type Outcome = 'open' | 'done' | 'failed' | 'told';

/**
 * All entries of one request: its messages between all parts, such as page and extension, and its APDUs. A message without a request is a
 * group of its own. APDUs outside any command form a group together, as long as they follow each other within `PAUSE`.
 */
export interface CommandGroup {
  /** Index of the group within one trace, in the order of arrival. */
  readonly index: number;
  readonly session: string;
  readonly request: string | null;
  readonly method: string;
  /** Sender of the first entry. */
  readonly from: 'page' | 'inspector' | 'extension' | 'host';
  readonly entries: readonly TraceEntry[];
  readonly span: Span;
  readonly outcome: Outcome;
  /** Code of the error with which the command ended; null if the command has not failed. */
  readonly code: string | null;
  readonly apdus: number;
}

interface MutableGroup extends CommandGroup {
  entries: TraceEntry[];
  span: { start: number; end: number | null };
  outcome: Outcome;
  code: string | null;
  apdus: number;
}

/** Milliseconds without an APDU after which the next APDU outside any command begins a new group. */
const PAUSE = 2_000;

/** Groups entries by command, as they arrive. */
export class Correlator {
  readonly #open = new Map<string, MutableGroup>();
  readonly #loose = new Map<string, MutableGroup>();
  readonly #groupOf = new Map<number, MutableGroup>();
  readonly #spans = new Map<number, Span>();
  #count = 0;

  /**
   * Adds an entry.
   *
   * @returns the entry's group, whether the group is new, and whether the entry changed the outcome or the error code of a known group
   */
  add(entry: TraceEntry): { readonly group: CommandGroup; readonly isNew: boolean; readonly changed: boolean } {
    const known = this.#find(entry);
    const group = known ?? this.#start(entry);
    group.entries.push(entry);
    this.#groupOf.set(entry.number, group);
    if (entry.kind === 'apdu') group.apdus += 1;
    const before = `${group.outcome} ${group.code}`;
    this.#time(group, entry);
    this.#judge(group, entry);
    return {
      group,
      isNew: known === undefined,
      changed: known !== undefined && before !== `${group.outcome} ${group.code}`,
    };
  }

  groupOf(entry: TraceEntry): CommandGroup | undefined {
    return this.#groupOf.get(entry.number);
  }

  /**
   * Returns the span of an entry. The span of a request lasts until its answer between the same two parts, such as extension and host. The
   * span of an APDU lasts while the card worked. An answer has the span of its request. Any other entry is a moment.
   */
  spanOf(entry: TraceEntry): Span {
    return this.#spans.get(entry.number) ?? { start: entry.at, end: entry.at };
  }

  #find(entry: TraceEntry): MutableGroup | undefined {
    if (entry.request !== null) return this.#open.get(keyOf(entry));
    if (entry.kind !== 'apdu') return undefined;
    const loose = this.#loose.get(entry.session);
    const last = loose?.entries.at(-1);
    return last !== undefined && entry.at - last.at < PAUSE ? loose : undefined;
  }

  #start(entry: TraceEntry): MutableGroup {
    this.#count += 1;
    const isMessage = entry.kind === 'message';
    const group: MutableGroup = {
      index: this.#count,
      session: entry.session,
      request: entry.request,
      method: isMessage ? entry.method : entry.exchange.method,
      from: isMessage ? entry.from : 'host',
      entries: [],
      span: { start: entry.at, end: null },
      outcome: entry.request === null || !isMessage || entry.type === 'notification' ? 'told' : 'open',
      code: null,
      apdus: 0,
    };
    if (entry.request !== null) this.#open.set(keyOf(entry), group);
    else if (!isMessage) this.#loose.set(entry.session, group);
    return group;
  }

  #time(group: MutableGroup, entry: TraceEntry): void {
    if (entry.kind === 'apdu') {
      const start = entry.at - entry.exchange.duration;
      this.#spans.set(entry.number, { start, end: entry.at });
      group.span.start = Math.min(group.span.start, start);
    } else if (entry.type === 'request') {
      this.#spans.set(entry.number, { start: entry.at, end: null });
    } else if (entry.type !== 'notification') {
      const asked = questionOf(group, entry);
      if (asked !== undefined) {
        const span = { start: asked.at, end: entry.at };
        this.#spans.set(asked.number, span);
        this.#spans.set(entry.number, span);
      }
    }
    if (group.outcome === 'told') group.span.end = entry.at;
  }

  #judge(group: MutableGroup, entry: TraceEntry): void {
    const code = errorCodeOf(entry);
    const first = group.entries[0];
    const isAnswer =
      entry.kind === 'message' &&
      (entry.type === 'result' || entry.type === 'error') &&
      first?.kind === 'message' &&
      (first.type !== 'request' || (entry.to === first.from && entry.method === first.method));
    if (isAnswer) {
      group.outcome = code === null ? 'done' : 'failed';
      group.code = code;
      group.span.end = entry.at;
    } else if (group.outcome === 'told' && code !== null) {
      group.outcome = 'failed';
      group.code = code;
    }
  }
}

/** Returns the request that a message answers: the latest request with the same method between the same two parts, in the opposite direction. */
export function questionOf(group: CommandGroup, answer: TracedMessage): TracedMessage | undefined {
  return group.entries.findLast(
    (entry): entry is TracedMessage =>
      entry.kind === 'message' &&
      entry.type === 'request' &&
      entry.from === answer.to &&
      entry.to === answer.from &&
      entry.method === answer.method,
  );
}

/** True if an entry is a fault: a message with an error or, in a failed command, an APDU that the card refused. */
export const isFault = (entry: TraceEntry, group: CommandGroup): boolean =>
  entry.kind === 'apdu' ? group.outcome === 'failed' && isRefused(entry) : errorCodeOf(entry) !== null;

/** Returns the length of a span in milliseconds; null if the span has not ended. */
export const durationOf = ({ start, end }: Span): number | null => (end === null ? null : Math.max(0, end - start));

const keyOf = ({ session, request }: TraceEntry): string => `${session} ${request ?? ''}`;
