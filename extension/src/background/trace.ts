import type { TraceEntry, TraceFile, TracedSession } from '@cardwright/protocol';
import * as v from 'valibot';
import { browser } from '../browser.js';
import type { FromInspector, Recording } from '../inspector-message.js';
import { TRACE_KEYS } from '../recorded-keys.js';
import { EarlyNotes } from './early-notes.js';
import { logDefect } from './log.js';
import { TraceRecord, keptRecord, type KeptRecord, type Recorder, type SessionFacts } from './trace-record.js';

/** In `storage.local`: whether recording was switched on for good. */
const KEPT = `${TRACE_KEYS}kept`;
/** In `storage.session`, which is memory: what was recorded, for when the browser puts the background to sleep. */
const RECORDED = `${TRACE_KEYS}recorded`;
/** Of the 10 MB that a browser gives an extension there, for what may be two bytes a character. */
const MAX_KEPT_CHARACTERS = 3_000_000;
/** Milliseconds; a browser lets the background sleep after 30 s. */
const KEEP_INTERVAL = 5_000;

type RecordingChange = Extract<FromInspector, { type: 'record' }>['recording'];

/** An open inspector. */
export interface TraceFollower {
  entry(entry: TraceEntry): void;
  /** The sessions, how it is recorded, or how much was dropped. */
  changed(): void;
  cleared(): void;
}

/** What the trace needs of the sessions. */
export interface TracedSessions {
  /** Those that are live. */
  readonly live: () => Iterable<SessionFacts>;
  /** Called when the hosts are to tell their APDUs, and when not any more. */
  readonly tellApdus: (apdus: boolean) => void;
}

/** To each entry, and to each change of the sessions. */
type Listeners = [onEntry: (entry: TraceEntry) => void, onSession: () => void];

/**
 * Whether messages are recorded, and what was. They are while an inspector is open and not paused, and while recording is
 * switched on for good. At all other times there is no record, and none is made.
 */
export class Trace {
  #record: TraceRecord | null = null;
  #recorder: Recorder | null;
  readonly #followers = new Set<TraceFollower>();
  /** Null while it is still being read. */
  #isKept: boolean | null = null;
  #isPaused = false;
  #wantsApdus = false;
  #tellsApdus = false;
  #keepTimer: ReturnType<typeof setTimeout> | undefined;
  /** Resolves when it is known whether recording was switched on for good. */
  readonly ready: Promise<void>;

  /** @param makeRecord for tests */
  constructor(
    private readonly sessions: TracedSessions,
    private readonly makeRecord = (...listeners: Listeners) => new TraceRecord(...listeners),
  ) {
    const early = new EarlyNotes();
    this.#recorder = early;
    this.ready = this.#begin(early);
  }

  /** Takes what happens; null at all times at which nothing is recorded. */
  get recorder(): Recorder | null {
    return this.#recorder;
  }

  /** Whether hosts are to tell their APDUs. */
  get tellsApdus(): boolean {
    return this.#tellsApdus;
  }

  get recording(): Recording {
    const isWanted = this.#followers.size > 0 || this.#isKept === true;
    return { active: isWanted && !this.#isPaused, kept: this.#isKept === true, apdus: this.#wantsApdus };
  }

  get dropped(): number {
    return this.#record?.dropped ?? 0;
  }

  /** Those of which something was recorded, and those that are live. */
  get tracedSessions(): TracedSession[] {
    return this.#record?.sessions ?? [];
  }

  /** What was recorded, the oldest first. */
  entries(): Iterable<TraceEntry> {
    return this.#record?.entries() ?? [];
  }

  /** What was recorded, as a file; null where nothing was. */
  file(): TraceFile | null {
    return this.#record && this.#record.length > 0 ? this.#record.file() : null;
  }

  sessionStarted(session: SessionFacts): void {
    this.#record?.sessionStarted(session);
  }

  sessionEnded(id: string): void {
    this.#record?.sessionEnded(id);
  }

  /** Records for an inspector. Returns the function that ends it. */
  follow(follower: TraceFollower): () => void {
    this.#followers.add(follower);
    this.#update();
    return () => {
      this.#followers.delete(follower);
      this.#update();
    };
  }

  /** What the user switches: `active` pauses and resumes. */
  async set({ active, kept, apdus }: RecordingChange): Promise<void> {
    if (active !== undefined) this.#isPaused = !active;
    if (apdus !== undefined) this.#wantsApdus = apdus;
    if (kept !== undefined) this.#isKept = kept;
    this.#update();
    if (kept === true) {
      await browser.storage.local.set({ [KEPT]: true });
      this.#keepSoon();
    } else if (kept === false) {
      await browser.storage.local.remove(KEPT);
      await browser.storage.session.remove(RECORDED);
    }
  }

  async clear(): Promise<void> {
    this.#record?.clear();
    for (const follower of this.#followers) follower.cleared();
    await browser.storage.session.remove(RECORDED);
  }

  async #begin(early: EarlyNotes): Promise<void> {
    const { isKept, recorded } = await readKept();
    this.#isKept ??= isKept;
    this.#update();
    if (this.#record && recorded) this.#record.takeBack(recorded);
    if (this.#recorder) early.passOn(this.#recorder);
  }

  #update(): void {
    // Until then early notes are taken.
    if (this.#isKept === null) return;
    const isWanted = this.#followers.size > 0 || this.#isKept;
    if (!isWanted) this.#forget();
    else this.#record ??= this.#startRecord();
    this.#recorder = this.#isPaused ? null : this.#record;
    const tellsApdus = this.#recorder !== null && this.#wantsApdus;
    if (tellsApdus !== this.#tellsApdus) {
      this.#tellsApdus = tellsApdus;
      this.sessions.tellApdus(tellsApdus);
    }
    for (const follower of this.#followers) follower.changed();
  }

  #forget(): void {
    this.#record = null;
    this.#isPaused = false;
    this.#wantsApdus = false;
    clearTimeout(this.#keepTimer);
    this.#keepTimer = undefined;
  }

  #startRecord(): TraceRecord {
    const record = this.makeRecord(
      (entry) => {
        for (const follower of this.#followers) follower.entry(entry);
        if (this.#isKept === true) this.#keepSoon();
      },
      () => {
        for (const follower of this.#followers) follower.changed();
      },
    );
    for (const session of this.sessions.live()) record.sessionStarted(session);
    return record;
  }

  #keepSoon(): void {
    this.#keepTimer ??= setTimeout(() => {
      this.#keepTimer = undefined;
      const kept = this.#isKept === true ? this.#record?.keep(MAX_KEPT_CHARACTERS) : undefined;
      if (!kept) return;
      // Recording continues; only a background that sleeps has lost it then.
      browser.storage.session
        .set({ [RECORDED]: kept })
        .catch((error: unknown) => logDefect('the trace cannot be kept', error));
    }, KEEP_INTERVAL);
  }
}

/** What was kept of the time before the browser put the background to sleep. What cannot be read is not recorded again. */
async function readKept(): Promise<{ isKept: boolean; recorded: KeptRecord | null }> {
  try {
    const isKept = (await browser.storage.local.get(KEPT))[KEPT] === true;
    const stored = isKept ? (await browser.storage.session.get(RECORDED))[RECORDED] : undefined;
    const recorded = v.safeParse(keptRecord, stored);
    return { isKept, recorded: recorded.success ? recorded.output : null };
  } catch (error) {
    logDefect('the trace cannot be read', error);
    return { isKept: false, recorded: null };
  }
}
