import type { TracedMessage, TraceEntry } from '@cardwright/protocol/trace';
import type { CommandGroup, Span } from './command-group.js';

/**
 * Things that a command can wait for, besides the card's own work. `start` is the wait from the request `initialize` until the host first
 * answers or reports something.
 */
const KINDS = ['start', 'user', 'touch', 'reinsert', 'waiting'] as const;
export type WaitKind = (typeof KINDS)[number];

export interface Wait {
  readonly kind: WaitKind;
  readonly span: Span;
}

/** Commands that never reach the host, and wait only for the user in a window of the extension. */
const WINDOWS: readonly string[] = ['access.request', 'secret.display'];

/** Returns the times during which a command waited, in their order. */
export function waitsOf(group: CommandGroup): Wait[] {
  if (WINDOWS.includes(group.method) && group.from === 'page') return [{ kind: 'user', span: group.span }];
  return group.entries.flatMap((entry, index) => {
    const kind = waitAt(entry);
    if (kind === null) return [];
    const end = group.entries.slice(index + 1).find((later) => isEndOf(kind, later))?.at ?? group.span.end;
    return [{ kind, span: { start: entry.at, end } }];
  });
}

/** Returns the kind of wait that begins with an entry; null if no wait begins with it. */
function waitAt(entry: TraceEntry): WaitKind | null {
  if (entry.kind === 'apdu') return null;
  const { from, to, method, type, content } = entry;
  if (to === 'host' && type === 'request' && method === 'initialize') return 'start';
  if (from !== 'host' || method !== '$/progress' || typeof content !== 'object' || content === null) return null;
  const told: unknown = 'kind' in content ? content.kind : null;
  return KINDS.find((kind) => kind === told && kind !== 'start') ?? null;
}

/** True if an entry ends a wait: an answer or a report of the host, an answer to the host, or an APDU. An APDU does not end a wait for the user. */
const isEndOf = (kind: WaitKind, later: TraceEntry): boolean =>
  later.kind === 'apdu'
    ? kind !== 'user'
    : (later.from === 'host' && later.type !== 'request') || isAnswerToHost(later);

const isAnswerToHost = ({ to, type }: TracedMessage): boolean =>
  to === 'host' && (type === 'result' || type === 'error');
