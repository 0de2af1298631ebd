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

/** Limits of the record. A full record takes less than 64 MB of memory in total. */
const LIMITS: RingLimits = { lines: 50_000, bytes: 48 * 1024 * 1024 };
const MAX_SESSIONS = 1_000;

/** Facts of a page session that a trace contains. */
export type SessionFacts = Pick<TracedSession, 'id' | 'origin' | 'started'>;

/** Facts of a message that a trace records besides its content. */
export interface MessageFacts {
  readonly hop: Hop;
  /** Name of the request that the message is, answers, or belongs to; null if the message concerns no request. */
  readonly request: string | null;
  /** Method of the request, if the message is its answer. */
  readonly method?: string | undefined;
  /** Time of the message, in milliseconds since 1970. Default: now. */
  readonly at?: number;
}

/** Receives everything that a trace records. */
export interface Recorder {
  message(session: SessionFacts, message: Message, facts: MessageFacts): void;
  /** Records that a page sent something that is not a message of the protocol. */
  noMessage(session: SessionFacts, at?: number): void;
  apdu(session: SessionFacts, exchange: ApduExchange, request: string | null, at?: number): void;
}

/** Schema of the part of a record that is stored, so that the record continues after the background has slept. */
export const keptRecord = v.strictObject({
  at: v.number(),
  dropped: v.number(),
  sessions: v.array(tracedSession),
  lines: v.array(v.string()),
});
export type KeptRecord = v.InferOutput<typeof keptRecord>;

/**
 * The entries of a trace, in memory only. Secrets are replaced before an entry is made. Each entry is stored as JSON text, which has a
 * known size and keeps no larger object alive.
 */
export class TraceRecord implements Recorder {
  readonly #ring: LineRing;
  readonly #sessions = new Map<string, TracedSession>();
  #dropped = 0;
  #number = 0;

  /**
   * @param onEntry receives each new entry
   * @param onSession is called when a session is added or has ended
   */
  constructor(
    private readonly onEntry: (entry: TraceEntry) => void = () => undefined,
    private readonly onSession: () => void = () => undefined,
    limits = LIMITS,
  ) {
    this.#ring = new LineRing(limits);
  }

  /** Number of entries that were dropped because the record exceeded a limit. */
  get dropped(): number {
    return this.#dropped;
  }

  get length(): number {
    return this.#ring.length;
  }

  /** Estimated memory that the entries take, in bytes. */
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

  /** Adds a session to the list, even if none of its messages will be recorded. */
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

  /** Returns the record as a file, with the sessions of one site, or of all sites if `origin` is null. */
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

  /** Returns the part of the record to store: all sessions, and the newest entries that together have at most this number of characters of JSON. */
  keep(characters: number): KeptRecord {
    const lines = this.#ring.newest(characters);
    const dropped = this.#dropped + this.#ring.length - lines.length;
    return { at: preciseTime(), dropped, sessions: this.sessions, lines };
  }

  /** Restores a stored record. Sessions that were live when the record was stored have ended with the background. */
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

  /** Removes the oldest session that has ended. If all sessions are live, removes the oldest session. */
  #forgetOneSession(): void {
    const oldest = this.sessions.find(({ ended }) => ended !== null) ?? this.sessions[0];
    if (oldest) this.#sessions.delete(oldest.id);
  }
}
