import type { TraceEntry, TraceFile, TracedSession } from '@cardwright/protocol/trace';
import * as v from 'valibot';
import { browser } from '../browser.js';
import type { FromInspector, Recording } from '../inspector-message.js';
import { TRACE_KEYS } from '../recorded-keys.js';
import { EarlyNotes } from './early-notes.js';
import { logDefect } from './log.js';
import { TraceRecord, keptRecord, type KeptRecord, type Recorder, type SessionFacts } from './trace-record.js';

/** Key in `storage.local` of the setting that recording is permanently on. */
const KEPT = `${TRACE_KEYS}kept`;
/** Key in `storage.session` (in memory) under which the record is stored, so that the record continues after the background has slept. */
const RECORDED = `${TRACE_KEYS}recorded`;
/**
 * Maximum length of the stored entries together, in characters. Entries of this length fit into the 10 MB of an extension's session
 * storage, where a character may take two bytes.
 */
const MAX_KEPT_CHARACTERS = 3_000_000;
/**
 * Milliseconds from a new entry until the record is written to the session storage. The wait is short, because a browser may end the
 * background after 30 s without an event.
 */
const KEEP_INTERVAL = 5_000;

type RecordingChange = Extract<FromInspector, { type: 'record' }>['recording'];

/** An open inspector, which receives what the trace records. */
export interface TraceFollower {
  entry(entry: TraceEntry): void;
  /** Called when the sessions or the settings of the recording may have changed. */
  changed(): void;
  cleared(): void;
}

/** The page sessions, as far as the trace needs them. */
export interface TracedSessions {
  readonly live: () => Iterable<SessionFacts>;
  /** Called when the hosts should start to report their APDUs (`true`) and when they should stop (`false`). */
  readonly tellApdus: (apdus: boolean) => void;
}

/** Listeners for each entry, and for each change of the sessions. */
type Listeners = [onEntry: (entry: TraceEntry) => void, onSession: () => void];

/**
 * Records messages while an inspector is open, or while recording is permanently on. During a pause, nothing is recorded. If no inspector is
 * open and recording is not permanently on, no record exists.
 */
export class Trace {
  #record: TraceRecord | null = null;
  #recorder: Recorder | null;
  readonly #followers = new Set<TraceFollower>();
  /** Set if recording is permanently on; null until this setting has been read. */
  #isKept: boolean | null = null;
  #isPaused = false;
  #wantsApdus = false;
  #tellsApdus = false;
  #keepTimer: ReturnType<typeof setTimeout> | undefined;
  /** Resolves when it is known whether recording is permanently on. */
  readonly ready: Promise<void>;

  /** @param makeRecord creates the record; tests replace it */
  constructor(
    private readonly sessions: TracedSessions,
    private readonly makeRecord = (...listeners: Listeners) => new TraceRecord(...listeners),
  ) {
    const early = new EarlyNotes();
    this.#recorder = early;
    this.ready = this.#begin(early);
  }

  /** The recorder; null while nothing is recorded. */
  get recorder(): Recorder | null {
    return this.#recorder;
  }

  /** Set if the hosts are told to report their APDUs. */
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

  /** Live sessions, and ended sessions that the record still lists; an empty list if there is no record. */
  get tracedSessions(): TracedSession[] {
    return this.#record?.sessions ?? [];
  }

  /** Returns the recorded entries, oldest first. */
  entries(): Iterable<TraceEntry> {
    return this.#record?.entries() ?? [];
  }

  /**
   * Returns the record as a file. Returns null if the file would contain no entry.
   *
   * @param origin the site whose sessions the file contains; null for all sites
   */
  file(origin: string | null): TraceFile | null {
    const file = this.#record?.file(origin);
    return file !== undefined && file.entries.length > 0 ? file : null;
  }

  sessionStarted(session: SessionFacts): void {
    this.#record?.sessionStarted(session);
  }

  sessionEnded(id: string): void {
    this.#record?.sessionEnded(id);
  }

  /** Starts to record for an inspector. Returns a function that ends the recording for this inspector. */
  follow(follower: TraceFollower): () => void {
    this.#followers.add(follower);
    this.#update();
    return () => {
      this.#followers.delete(follower);
      this.#update();
    };
  }

  /** Changes the user's settings of the recording. `active` resumes the recording if it is true, and pauses the recording if it is false. */
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
    // Until the setting has been read, `EarlyNotes` records.
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
      // If the storage fails, recording continues, but the entries last only until the background sleeps.
      browser.storage.session
        .set({ [RECORDED]: kept })
        .catch((error: unknown) => logDefect('the trace cannot be kept', error));
    }, KEEP_INTERVAL);
  }
}

/** Reads whether recording is permanently on, and the record that was stored before the background slept. An unreadable record is dropped. */
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
