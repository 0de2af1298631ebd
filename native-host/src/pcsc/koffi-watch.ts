import { pause, type Clock } from '../clock.js';
import { PCSC_CODE, PcscError, type PcscListener, type ReaderStatus } from './binding.js';
import type { Handle, PcscCalls } from './koffi-calls.js';
import type { ReaderState } from './koffi-types.js';

/** Name of the pseudo-reader whose state changes when readers are added or removed. */
const NEW_READERS = String.raw`\\?PnP?\Notification`;

/** Bits of a reader's state (pcsclite.h). */
const STATE_CHANGED = 0x0002;
const STATE_UNKNOWN = 0x0004;
const STATE_PRESENT = 0x0020;
const STATE_EXCLUSIVE = 0x0080;
const STATE_IN_USE = 0x0100;
const STATE_MUTE = 0x0200;
/** Number of bits below the event count, which is the high half of a reader's state. */
const EVENTS_SHIFT = 16;

/** Codes after which the wait is repeated: the wait timed out or was cancelled, or a reader was removed after it was listed. */
const RETRIED: readonly number[] = [PCSC_CODE.TIMEOUT, PCSC_CODE.CANCELLED, PCSC_CODE.UNKNOWN_READER];

/** Milliseconds of one wait. Afterwards the readers are listed again, in case no event reported a new reader. */
const WAIT = 60_000;
/** Milliseconds of one wait if the system does not report new readers (macOS). */
const WAIT_FOR_READERS = 1_000;
/**
 * Milliseconds between two waits, if the first ended without a change, and between two cancellations. A cancellation is repeated because it has no
 * effect on a wait that has not begun.
 */
const PAUSE = 20;

/** The calls of the library that a watch needs. */
export type WatchCalls = Pick<PcscCalls, 'listReaders' | 'readerState' | 'waitForChange' | 'cancel' | 'releaseContext'>;

/**
 * Reports the events of the readers to a listener, until `end` is called or the service fails. The watch has a context of its own, because a wait
 * keeps a context busy.
 */
export class KoffiWatch {
  readonly #watching: Promise<void>;
  readonly #released: Promise<void>;
  #isEnded = false;
  #isWatching = true;
  #cancelling: Promise<void> | undefined;
  /** The last reported state of each reader. */
  #known = new Map<string, number>();
  #names: readonly string[] | undefined;
  /**
   * False after the system has reported that it does not know the pseudo-reader. New readers are then found only by listing the readers often.
   * `#readersKnown` is the last reported state of the pseudo-reader.
   */
  #tellsOfReaders = true;
  #readersKnown = 0;

  constructor(
    private readonly calls: WatchCalls,
    private readonly context: Handle,
    private readonly listener: PcscListener,
    private readonly clock: Clock,
  ) {
    this.#watching = this.#watch();
    this.#released = this.#watching.then(() => this.#release());
  }

  /** Ends the reports, and resolves when the context is released. */
  async end(): Promise<void> {
    this.#isEnded = true;
    this.#cancelling ??= this.#cancel();
    await this.#released;
  }

  async #watch(): Promise<void> {
    try {
      while (!this.#isEnded) await this.#nextEvents();
    } catch (error) {
      if (!this.#isEnded) this.listener.onFailure(asPcscError(error));
    } finally {
      this.#isWatching = false;
    }
  }

  /**
   * Cancels the wait. Repeats this until the wait has ended, because only a wait that has begun can be cancelled, and no event reports its beginning.
   */
  async #cancel(): Promise<void> {
    while (this.#isWatching) {
      // Without the service, the wait ends by itself.
      await this.calls.cancel(this.context).catch(ignorePcscError);
      await Promise.race([this.#watching, pause(this.clock, PAUSE)]);
    }
  }

  /** Releases the context after the last cancellation, because the number of a released context may be reused. */
  async #release(): Promise<void> {
    await this.#cancelling;
    await this.calls.releaseContext(this.context).catch(ignorePcscError);
  }

  #noteReaders(names: readonly string[]): void {
    if (this.#isEnded || JSON.stringify(names) === JSON.stringify(this.#names)) return;
    this.#names = names;
    this.#known = new Map(names.map((name) => [name, this.#known.get(name) ?? 0]));
    this.listener.onReaders(names);
  }

  async #nextEvents(): Promise<void> {
    const names = await this.calls.listReaders(this.context);
    this.#noteReaders(names);
    const readers = [...this.#known].map(([name, known]) => this.calls.readerState(name, known));
    const newReaders = this.#tellsOfReaders ? [this.calls.readerState(NEW_READERS, this.#readersKnown)] : [];
    const states = await this.#wait([...newReaders, ...readers]);
    if (this.#isEnded) return;
    for (const state of states) {
      if (state.szReader === NEW_READERS) this.#noteNewReaders(state);
      else if (isChanged(state)) this.#note(state);
    }
  }

  /**
   * Waits for a change, and returns the states of the readers. Returns an empty list if the wait ended with a code of `RETRIED`, or if there is
   * nothing to wait for.
   */
  async #wait(known: readonly ReaderState[]): Promise<readonly ReaderState[]> {
    const time = this.#tellsOfReaders ? WAIT : WAIT_FOR_READERS;
    try {
      const states = known.length > 0 ? await this.calls.waitForChange(this.context, time, known) : [];
      if (!states.some(isChanged)) await pause(this.clock, known.length > 0 ? PAUSE : WAIT_FOR_READERS);
      return states;
    } catch (error) {
      if (!(error instanceof PcscError && RETRIED.includes(error.code))) throw error;
      if (error.code === PCSC_CODE.UNKNOWN_READER) await pause(this.clock, PAUSE);
      return [];
    }
  }

  #noteNewReaders({ dwEventState }: ReaderState): void {
    this.#tellsOfReaders = (dwEventState & STATE_UNKNOWN) === 0;
    this.#readersKnown = withoutChanged(dwEventState);
  }

  #note(state: ReaderState): void {
    this.#known.set(state.szReader, withoutChanged(state.dwEventState));
    this.listener.onStatus(state.szReader, statusOf(state));
  }
}

const isChanged = ({ dwEventState }: ReaderState): boolean => (dwEventState & STATE_CHANGED) !== 0;

const withoutChanged = (state: number): number => (state & ~STATE_CHANGED) >>> 0;

const statusOf = ({ dwEventState: state, cbAtr, rgbAtr }: ReaderState): ReaderStatus => ({
  present: (state & STATE_PRESENT) !== 0,
  mute: (state & STATE_MUTE) !== 0,
  inUse: (state & (STATE_EXCLUSIVE | STATE_IN_USE)) !== 0,
  events: state >>> EVENTS_SHIFT,
  atr: Uint8Array.from(rgbAtr.subarray(0, cbAtr)),
});

/** Ignores a PC/SC error of a call that cleans up, because the service or the card may be gone. Throws any other error. */
export function ignorePcscError(error: unknown): void {
  if (!(error instanceof PcscError)) throw error;
}

const asPcscError = (error: unknown): PcscError =>
  error instanceof PcscError ? error : new PcscError(0, 'the PC/SC library cannot be called', { cause: error });
