import { CardwrightError } from '@cardwright/protocol';
import { systemClock, type Cancel, type Clock } from '../clock.js';
import { PcscError, type PcscBinding, type PcscCard, type PcscContext, type ReaderStatus } from './binding.js';
import type { ApduWatch } from './card-connection.js';
import { meaningOfPcscError } from './pcsc-error.js';

/** A card in a reader. */
export interface CardPresence {
  readonly atr: Uint8Array;
  /** Differs between two insertions into the same reader, also when the service was restarted between them. */
  readonly insertion: string;
  /** Some program, perhaps this one, is connected to it. */
  readonly inUse: boolean;
  readonly mute: boolean;
}

export interface ReaderState {
  readonly name: string;
  readonly card: CardPresence | null;
}

/** Milliseconds in which every reader must have told its first status. */
const FIRST_LIST_TIMEOUT = 5_000;
/** Milliseconds between attempts to reach a service that went away while somebody listens. */
const REOPEN_INTERVAL = 1_000;

/** What the service has told so far. */
interface Seen {
  names: readonly string[] | undefined;
  readonly statuses: Map<string, ReaderStatus>;
  /** Why it tells nothing more. */
  failure: PcscError | undefined;
}

interface Watch {
  /** Number of this watch: a restarted service counts events from the beginning. */
  readonly epoch: number;
  readonly context: PcscContext;
  readonly seen: Seen;
  /** Readers whose card this process has: a second connection to it would end with the first. */
  readonly taken: Set<string>;
}

/**
 * The readers and what is in them, kept up to date by the PC/SC service's own events. When the service dies everything
 * of it is discarded, and built anew as soon as somebody asks or listens.
 */
export class Readers {
  #watch: Watch | undefined;
  #epochs = 0;
  #opening: Promise<Watch> | undefined;
  #closed = false;
  #cancelReopening: Cancel = () => undefined;
  readonly #listeners = new Set<() => void>();
  readonly #waiting = new Set<() => void>();
  /** Readers with a call inside PC/SC, which can not be cancelled. */
  readonly #pending = new Set<string>();
  #onNothingPending: () => void = () => undefined;

  constructor(
    /** Loads the library, when readers are first asked for: it is native code, and most page sessions end before. */
    private readonly loadBinding: () => Promise<PcscBinding>,
    /** Is told when the service dies; what was asked meanwhile fails with `PCSC_UNAVAILABLE`. */
    private readonly onServiceLost: (error: PcscError) => void,
    /** What all that happens with these readers goes by. */
    readonly clock: Clock = systemClock,
    /** Makes what sees the APDUs of one connection. */
    readonly watch: (reader: string) => ApduWatch = () => () => undefined,
  ) {}

  /**
   * Every reader and its card, once the first list is complete.
   *
   * @throws CardwrightError `PCSC_UNAVAILABLE`
   */
  async list(): Promise<ReaderState[]> {
    const watch = await this.#open();
    const deadline = new AbortController();
    const cancel = this.clock.after(FIRST_LIST_TIMEOUT, () => deadline.abort(), { background: true });
    try {
      while (!isComplete(watch)) {
        await this.#nextEvent(deadline.signal);
        if (this.#watch !== watch) throw new CardwrightError('PCSC_UNAVAILABLE');
      }
    } finally {
      cancel();
    }
    const { names, statuses } = watch.seen;
    return (names ?? []).map((name) => ({ name, card: presence(watch, statuses.get(name)) }));
  }

  /** Calls back after each change: a reader or a card came, went, or is used by somebody. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Takes the card of a reader for this process alone, and for one user in it.
   *
   * @throws CardwrightError `DEVICE_BUSY`, `CARD_REMOVED`, `CARD_MUTE`, `PCSC_UNAVAILABLE`
   */
  async connect(reader: string): Promise<PcscCard> {
    const { context, taken } = await this.#open();
    if (taken.has(reader)) throw new CardwrightError('DEVICE_BUSY');
    taken.add(reader);
    try {
      const card = await this.#inside(reader, () => context.connect(reader));
      return {
        protocol: card.protocol,
        transmit: (apdu) => this.#inside(reader, () => card.transmit(apdu)),
        disconnect: async () => {
          await card.disconnect();
          taken.delete(reader);
        },
      };
    } catch (error) {
      taken.delete(reader);
      throw meaningOfPcscError(error);
    }
  }

  /** Whether a card of this reader owes an answer. Only the end of the process frees one that never gives it. */
  isPending(reader: string): boolean {
    return this.#pending.has(reader);
  }

  /** Ends all watching, once no card owes an answer any more: with one that never does, it does not resolve. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#listeners.clear();
    this.#cancelReopening();
    this.#notify();
    // The library would wait for the answer as well, and block the whole process meanwhile.
    if (this.#pending.size > 0) await new Promise<void>((resolve) => (this.#onNothingPending = resolve));
    this.#watch?.context.close();
    this.#watch = undefined;
  }

  async #inside<T>(reader: string, call: () => Promise<T>): Promise<T> {
    this.#pending.add(reader);
    try {
      return await call();
    } finally {
      this.#pending.delete(reader);
      if (this.#pending.size === 0) this.#onNothingPending();
    }
  }

  /** Calls at the same time share one opening. */
  async #open(): Promise<Watch> {
    if (this.#closed) throw new CardwrightError('PCSC_UNAVAILABLE');
    if (this.#watch) return this.#watch;
    this.#opening ??= this.loadBinding()
      .then((binding) => this.#openWith(binding))
      .finally(() => {
        this.#opening = undefined;
      });
    return this.#opening;
  }

  #openWith(binding: PcscBinding): Watch {
    if (this.#closed) throw new CardwrightError('PCSC_UNAVAILABLE');
    // A binding may call back before it has returned.
    const seen: Seen = { names: undefined, statuses: new Map(), failure: undefined };
    const { statuses } = seen;
    try {
      const context = binding.open({
        onReaders: (names) => {
          seen.names = names;
          for (const name of statuses.keys()) if (!names.includes(name)) statuses.delete(name);
          this.#notify();
        },
        onStatus: (reader, status) => {
          statuses.set(reader, status);
          this.#notify();
        },
        onFailure: (error) => {
          seen.failure = error;
          if (this.#watch?.seen === seen) this.#lose(error);
        },
      });
      if (seen.failure) {
        context.close();
        throw seen.failure;
      }
      this.#epochs += 1;
      this.#watch = { epoch: this.#epochs, context, seen, taken: new Set() };
      return this.#watch;
    } catch (error) {
      if (!(error instanceof PcscError)) throw error;
      // Whatever hinders: not running, forbidden by the system, or, while it ends, any code (measured: "access denied").
      throw new CardwrightError('PCSC_UNAVAILABLE', {}, { cause: error });
    }
  }

  #lose(error: PcscError): void {
    this.#watch = undefined;
    this.onServiceLost(error);
    this.#notify();
    this.#scheduleReopen();
  }

  /** Nothing tells that the service is back; it is asked only while somebody listens. */
  #scheduleReopen(): void {
    if (this.#closed || this.#listeners.size === 0) return;
    this.#cancelReopening();
    const reopen = (): void =>
      void this.#open().then(
        () => this.#notify(),
        // Whoever lists is told why; here it is only tried again.
        () => this.#scheduleReopen(),
      );
    this.#cancelReopening = this.clock.after(REOPEN_INTERVAL, reopen, { background: true });
  }

  #notify(): void {
    for (const resume of this.#waiting) resume();
    this.#waiting.clear();
    for (const listener of this.#listeners) listener();
  }

  #nextEvent(deadline: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const onDeadline = (): void => reject(new CardwrightError('PCSC_UNAVAILABLE'));
      if (deadline.aborted) onDeadline();
      deadline.addEventListener('abort', onDeadline, { once: true });
      this.#waiting.add(() => {
        deadline.removeEventListener('abort', onDeadline);
        resolve();
      });
    });
  }
}

const isComplete = ({ seen: { names, statuses } }: Watch): boolean =>
  names?.every((name) => statuses.has(name)) ?? false;

function presence({ epoch }: Watch, status: ReaderStatus | undefined): CardPresence | null {
  if (!status?.present) return null;
  return { atr: status.atr, insertion: `${epoch}.${status.events}`, inUse: status.inUse, mute: status.mute };
}
