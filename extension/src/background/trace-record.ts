import { PRODUCT_VERSION } from '@cardwright/protocol/identity';
import type { Message } from '@cardwright/protocol/messages';
import {
  traceEntry,
  tracedSession,
  type ApduExchange,
  type TraceEntry,
  type TraceFile,
  type TracedSession,
} from '@cardwright/protocol/trace';
import * as v from 'valibot';
import { LineRing, type RingLimits } from './line-ring.js';
import { preciseTime } from './precise-time.js';
import { NO_MESSAGE, summarize, type Hop } from './traced-message.js';

/** 50,000 entries. With everything around them they take less than 64 MB. */
const LIMITS: RingLimits = { lines: 50_000, bytes: 48 * 1024 * 1024 };
const MAX_SESSIONS = 1_000;

/** The facts of a page session that a trace contains. */
export type SessionFacts = Pick<TracedSession, 'id' | 'origin' | 'started'>;

/** The facts of a message that a trace records besides its content. */
export interface MessageFacts {
  readonly hop: Hop;
  /** The request that the message is, answers or belongs to. */
  readonly request: string | null;
  /** Method of the request, if the message is its answer. */
  readonly method?: string | undefined;
  /** Milliseconds since 1970; by default now. */
  readonly at?: number;
}

/** Receives everything that a trace records. */
export interface Recorder {
  message(session: SessionFacts, message: Message, facts: MessageFacts): void;
  /** Records that a page sent something that is not a message of the protocol. */
  noMessage(session: SessionFacts, at?: number): void;
  apdu(session: SessionFacts, exchange: ApduExchange, request: string | null, at?: number): void;
}

/** The part of a record that is kept while the background sleeps. */
export const keptRecord = v.strictObject({
  at: v.number(),
  dropped: v.number(),
  sessions: v.array(tracedSession),
  lines: v.array(v.string()),
});
export type KeptRecord = v.InferOutput<typeof keptRecord>;

/**
 * The trace, kept in memory only. Secrets are replaced before an entry is made. Entries are stored as JSON: a text of known size that
 * does not keep a larger object alive.
 */
export class TraceRecord implements Recorder {
  readonly #ring: LineRing;
  readonly #sessions = new Map<string, TracedSession>();
  #dropped = 0;
  #number = 0;

  /** @param onEntry receives each new entry */
  constructor(
    private readonly onEntry: (entry: TraceEntry) => void = () => undefined,
    private readonly onSession: () => void = () => undefined,
    limits = LIMITS,
  ) {
    this.#ring = new LineRing(limits);
  }

  /** Number of entries that were dropped to make room. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Number of entries. */
  get length(): number {
    return this.#ring.length;
  }

  /** Bytes of memory that the entries take. */
  get bytes(): number {
    return this.#ring.bytes;
  }

  get sessions(): TracedSession[] {
    return [...this.#sessions.values()].sort((one, other) => one.started - other.started);
  }

  /** Reads the entries, the oldest first. */
  *entries(): Generator<TraceEntry> {
    for (const line of this.#ring) yield v.parse(traceEntry, JSON.parse(line));
  }

  message(
    session: SessionFacts,
    message: Message,
    { hop, request, method = '', at = preciseTime() }: MessageFacts,
  ): void {
    this.#add({
      kind: 'message',
      ...this.#next(session, request, at),
      ...hop,
      ...summarize(message, method, hop.from),
    });
  }

  noMessage(session: SessionFacts, at = preciseTime()): void {
    this.#add({ kind: 'message', ...this.#next(session, null, at), from: 'page', to: 'extension', ...NO_MESSAGE });
  }

  apdu(session: SessionFacts, exchange: ApduExchange, request: string | null, at = preciseTime()): void {
    this.#add({ kind: 'apdu', ...this.#next(session, request, at), exchange });
  }

  /** Lists a session, whether or not any of its messages are recorded. */
  sessionStarted({ id, origin, started }: SessionFacts): void {
    if (this.#sessions.has(id)) return;
    this.#sessions.set(id, { id, origin, started, ended: null });
    if (this.#sessions.size > MAX_SESSIONS) this.#forgetOneSession();
    this.onSession();
  }

  sessionEnded(id: string): void {
    const session = this.#sessions.get(id);
    if (!session) return;
    this.#sessions.set(id, { ...session, ended: preciseTime() });
    this.onSession();
  }

  /** Forgets all entries, and the sessions that have ended. */
  clear(): void {
    this.#ring.clear();
    this.#dropped = 0;
    for (const { id, ended } of this.sessions) if (ended !== null) this.#sessions.delete(id);
  }

  /** @param origin the site whose sessions the file contains; null for all */
  file(origin: string | null): TraceFile {
    const sessions = this.sessions.filter((session) => origin === null || session.origin === origin);
    const ids = new Set(sessions.map(({ id }) => id));
    return {
      format: 'cardwright-trace',
      version: 1,
      saved: Date.now(),
      extension: PRODUCT_VERSION,
      dropped: this.#dropped,
      sessions,
      entries: [...this.entries()].filter(({ session }) => ids.has(session)),
    };
  }

  /** Returns the newest part of the record, up to a number of characters. */
  keep(characters: number): KeptRecord {
    const lines = this.#ring.newest(characters);
    const dropped = this.#dropped + this.#ring.length - lines.length;
    return { at: preciseTime(), dropped, sessions: this.sessions, lines };
  }

  /** Restores a kept record. Its live sessions have ended with the background. */
  takeBack({ at, dropped, sessions, lines }: KeptRecord): void {
    this.#dropped += dropped;
    for (const session of sessions) this.#sessions.set(session.id, { ...session, ended: session.ended ?? at });
    for (const line of lines) this.#dropped += this.#ring.add(line);
    const newest = lines.at(-1);
    if (newest !== undefined) this.#number = v.parse(traceEntry, JSON.parse(newest)).number;
  }

  #next(session: SessionFacts, request: string | null, at: number) {
    this.sessionStarted(session);
    this.#number += 1;
    return { number: this.#number, at, session: session.id, request };
  }

  #add(entry: TraceEntry): void {
    this.#dropped += this.#ring.add(JSON.stringify(entry));
    this.onEntry(entry);
  }

  /** Removes the oldest ended session, otherwise the oldest. */
  #forgetOneSession(): void {
    const oldest = this.sessions.find(({ ended }) => ended !== null) ?? this.sessions[0];
    if (oldest) this.#sessions.delete(oldest.id);
  }
}
