import type { TraceEntry } from '@cardwright/protocol/trace';
import * as v from 'valibot';
import type { Runtime } from '../browser.js';
import { fromInspector, type FromInspector, type ToInspector } from '../inspector-message.js';
import type { Outcome } from './outcome.js';
import { isOwnPage } from './own-page.js';
import type { Trace, TraceFollower } from './trace.js';

/** Milliseconds for which entries are collected before an inspector receives them. A full batch is sent earlier. */
const BATCH_INTERVAL = 100;
/** Maximum number of entries in one batch. An entry has at most a few kilobytes. */
const MAX_BATCH = 1_000;

/** Runs a command in a live page session, which is given by its id. */
export type RunCommand = (session: string, method: string, params: Record<string, unknown>) => Promise<Outcome>;

/** Serves the port of an open inspector. Refuses ports that do not belong to a page of the extension. */
export async function serveInspector(port: Runtime.Port, trace: Trace, run: RunCommand): Promise<void> {
  if (!isOwnPage(port.sender)) {
    port.disconnect();
    return;
  }
  const closed = new AbortController();
  port.onDisconnect.addListener(() => closed.abort());
  const inspector = new InspectorPort(port, trace, run, closed.signal);
  port.onMessage.addListener((value) => void trace.ready.then(() => inspector.receive(v.parse(fromInspector, value))));
  // The listeners above are registered before the first `await`, as the browser requires.
  await trace.ready;
  if (!closed.signal.aborted) inspector.begin();
}

/** The connection to one inspector. The connection first sends the state and the whole record, then new entries in batches. */
class InspectorPort implements TraceFollower {
  #entries: TraceEntry[] = [];
  #hasChanged = false;
  #toldDropped = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly port: Runtime.Port,
    private readonly trace: Trace,
    private readonly run: RunCommand,
    private readonly closed: AbortSignal,
  ) {}

  begin(): void {
    const end = this.trace.follow(this);
    this.closed.addEventListener('abort', () => {
      end();
      clearTimeout(this.#timer);
    });
    this.#sendState();
    let batch: TraceEntry[] = [];
    for (const entry of this.trace.entries()) {
      batch.push(entry);
      if (batch.length < MAX_BATCH) continue;
      this.#send({ type: 'entries', entries: batch });
      batch = [];
    }
    if (batch.length > 0) this.#send({ type: 'entries', entries: batch });
  }

  entry(entry: TraceEntry): void {
    this.#entries.push(entry);
    if (this.#entries.length >= MAX_BATCH) this.#flush();
    else this.#flushSoon();
  }

  changed(): void {
    this.#hasChanged = true;
    this.#flushSoon();
  }

  cleared(): void {
    this.#entries = [];
    this.#send({ type: 'cleared' });
    this.#sendState();
  }

  receive(message: FromInspector): void {
    switch (message.type) {
      case 'record':
        void this.trace.set(message.recording);
        break;
      case 'clear':
        void this.trace.clear();
        break;
      case 'run':
        void this.#answer(message);
        break;
    }
  }

  async #answer({ run, session, method, params }: Extract<FromInspector, { type: 'run' }>): Promise<void> {
    const outcome = await this.run(session, method, params);
    // Entries that were recorded before the answer must arrive before it.
    this.#flush();
    this.#send({ type: 'ran', run, ...outcome });
  }

  #flushSoon(): void {
    this.#timer ??= setTimeout(() => this.#flush(), BATCH_INTERVAL);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const entries = this.#entries;
    this.#entries = [];
    if (entries.length > 0) this.#send({ type: 'entries', entries });
    if (this.#hasChanged || this.trace.dropped !== this.#toldDropped) this.#sendState();
  }

  #sendState(): void {
    this.#hasChanged = false;
    const { recording, tracedSessions, dropped } = this.trace;
    this.#toldDropped = dropped;
    this.#send({ type: 'state', recording, sessions: tracedSessions, dropped });
  }

  #send(message: ToInspector): void {
    if (!this.closed.aborted) this.port.postMessage(message);
  }
}
