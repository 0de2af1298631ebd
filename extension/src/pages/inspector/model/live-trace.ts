import type { WireError } from '@cardwright/protocol/messages';
import type { TraceEntry } from '@cardwright/protocol/trace';
import type { FromInspector, Recording, ToInspector } from '../../../inspector-message.js';
import { TraceStore } from './trace-store.js';

/** The connection to the background, as far as an open inspector uses it. Tests replace it. */
export interface InspectorSource {
  send(message: FromInspector): void;
  /** Registers a listener. `null` means that the background ended. The background is then started again, and sends its state again. */
  listen(hear: (message: ToInspector | null) => void): void;
}

/** The background's answer to a command; `lost` if the background ended before it answered. */
export type RunAnswer = { readonly result: unknown } | { readonly error: WireError } | 'lost';

const NOTHING: Recording = { active: false, kept: false, apdus: false };

/** The trace that is being recorded, and the inspector's requests to the background. */
export class LiveTrace {
  readonly store = new TraceStore();
  recording: Recording = NOTHING;
  isConnected = false;
  readonly #answers = new Map<number, (answer: RunAnswer) => void>();
  #runs = 0;
  /** Number that is added to the background's numbers of entries, because a restarted background may count from 1 again. */
  #offset = 0;
  #last = 0;
  /** Number of dropped entries that the background has reported so far. */
  #toldDropped = 0;
  /** The user's settings that a restarted background does not know, because they are not stored. */
  #wanted: Partial<Recording> = {};

  constructor(
    private readonly source: InspectorSource,
    private readonly onChange: (what: 'entries' | 'state') => void,
  ) {
    source.listen((message) => this.#hear(message));
  }

  record(recording: Partial<Recording>): void {
    const { active, apdus } = recording;
    this.#wanted = {
      ...this.#wanted,
      ...(active === undefined ? {} : { active }),
      ...(apdus === undefined ? {} : { apdus }),
    };
    this.source.send({ type: 'record', recording });
  }

  clear(): void {
    this.source.send({ type: 'clear' });
  }

  /** Runs a command of class `read` in a page's session, with the same checks as the page's own messages. */
  run(session: string, method: string, params: Record<string, unknown>): Promise<RunAnswer> {
    this.#runs += 1;
    const run = this.#runs;
    const answer = new Promise<RunAnswer>((resolve) => this.#answers.set(run, resolve));
    this.source.send({ type: 'run', run, session, method, params });
    return answer;
  }

  #hear(message: ToInspector | null): void {
    if (message === null) {
      this.isConnected = false;
      this.#failRuns();
      this.onChange('state');
      return;
    }
    switch (message.type) {
      case 'state':
        if (!this.isConnected && Object.keys(this.#wanted).length > 0) this.record(this.#wanted);
        this.isConnected = true;
        this.recording = message.recording;
        this.store.setSessions(message.sessions);
        this.store.noteDropped(Math.max(0, message.dropped - this.#toldDropped));
        this.#toldDropped = message.dropped;
        this.onChange('state');
        return;
      case 'entries':
        this.store.add(message.entries.flatMap((entry) => this.#renumber(entry)));
        this.onChange('entries');
        return;
      case 'cleared':
        this.store.clear();
        this.#offset = 0;
        this.#last = 0;
        this.#toldDropped = 0;
        this.onChange('state');
        return;
      case 'ran':
        this.#answer(message);
    }
  }

  /**
   * Returns a list with the entry, under a number that is unique in this trace. Returns an empty list for an entry that has arrived before.
   * After a restart, the background may send the same entries again, or other entries with the same numbers.
   */
  #renumber(entry: TraceEntry): TraceEntry[] {
    if (entry.number <= this.#last) {
      const number = entry.number + this.#offset;
      const known = this.store.entries.findLast((one) => one.number === number);
      if (known?.at === entry.at && known.session === entry.session) return [];
      this.#offset += this.#last;
    }
    this.#last = entry.number;
    return [this.#offset === 0 ? entry : { ...entry, number: entry.number + this.#offset }];
  }

  #answer({ run, result, error }: Extract<ToInspector, { type: 'ran' }>): void {
    this.#answers.get(run)?.(error === undefined ? { result } : { error });
    this.#answers.delete(run);
  }

  #failRuns(): void {
    for (const settle of this.#answers.values()) settle('lost');
    this.#answers.clear();
  }
}
