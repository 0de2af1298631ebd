import { CardwrightError } from '@cardwright/protocol';
import { systemClock, type Cancel, type Clock } from '../clock.js';
import { orDamaged } from '../system/load-later.js';
import { askToOpen, askTwice, isAccessDenied } from './access.js';
import {
  PcscError,
  type PcscBinding,
  type PcscCard,
  type PcscContext,
  type ReaderStatus,
  type ShareMode,
} from './binding.js';
import type { ApduWatch } from './card-connection.js';
import { meaningOfPcscError } from './pcsc-error.js';

/** A card in a reader. */
export interface CardPresence {
  readonly atr: Uint8Array;
  /** Identifies one insertion into this reader. Two insertions differ even if the service was restarted between them. */
  readonly insertion: string;
  /** Set when a program, perhaps this one, is connected to the card. */
  readonly inUse: boolean;
  readonly mute: boolean;
}

export interface ReaderState {
  readonly name: string;
  readonly card: CardPresence | null;
}

/** Milliseconds to wait for the first list of readers and the first status of each reader. */
const FIRST_LIST_TIMEOUT = 5_000;
/** Milliseconds between two attempts to reach a lost service. These attempts are scheduled only while there are listeners. */
const REOPEN_INTERVAL = 1_000;

/** The reports of the service so far. */
interface Seen {
  names: readonly string[] | undefined;
  readonly statuses: Map<string, ReaderStatus>;
  /** The error that ended the reports. */
  failure: PcscError | undefined;
}

interface Watch {
  /** Number of this watch. The number distinguishes insertions, because a restarted service counts events from zero. */
  readonly epoch: number;
  readonly context: PcscContext;
  readonly seen: Seen;
  /** Readers whose card this process holds. A second connection of this process to the same card is refused. */
  readonly taken: Set<string>;
}

/**
 * The readers and their cards, kept current by the events of the PC/SC service. When the service ends, all that is known of the readers is
 * discarded. The service is opened again on the next call or, while there are listeners, after a second.
 */
export class Readers {
  #watch: Watch | undefined;
  #epochs = 0;
  #opening: Promise<Watch> | undefined;
  #closed = false;
  #cancelReopening: Cancel = () => undefined;
  readonly #listeners = new Set<() => void>();
  readonly #waiting = new Set<() => void>();
  /** Readers with a running PC/SC call. Such a call cannot be cancelled. */
  readonly #pending = new Set<string>();
  #onNothingPending: () => void = () => undefined;
  /** Contexts that are being closed. */
  readonly #endings = new Set<Promise<void>>();

  constructor(
    /** Loads the library on first use, because it is native code and most page sessions do not need it. */
    private readonly loadBinding: () => Promise<PcscBinding>,
    /** Called when the service ends, or does not report all its readers in time. */
    private readonly onServiceLost: (error: PcscError) => void,
    /** The clock for everything that uses these readers. */
    readonly clock: Clock = systemClock,
    /** Creates the observer of one connection's APDUs. */
    readonly watch: (reader: string) => ApduWatch = () => () => undefined,
  ) {}

  /**
   * Lists all readers and their cards. After the service was opened, waits until it has reported every reader and its status.
   *
   * @throws CardwrightError `PCSC_UNAVAILABLE`, `PCSC_FORBIDDEN`, `HOST_DAMAGED`
   */
  list(): Promise<ReaderState[]> {
    return askTwice(() => this.#listOnce(), this.clock);
  }

  async #listOnce(): Promise<ReaderState[]> {
    const watch = await this.#open();
    const deadline = new AbortController();
    const cancel = this.clock.after(FIRST_LIST_TIMEOUT, () => deadline.abort(), { background: true });
    try {
      while (!isComplete(watch)) {
        await this.#nextEvent(deadline.signal);
        if (this.#watch === watch) continue;
        if (isAccessDenied(watch.seen.failure)) throw watch.seen.failure;
        throw new CardwrightError('PCSC_UNAVAILABLE');
      }
    } catch (error) {
      // The service accepted the connection, but did not report all readers in time, perhaps because it was about to end. So the connection is
      // given up.
      if (this.#watch === watch && deadline.signal.aborted) this.#abandon(watch);
      throw error;
    } finally {
      cancel();
    }
    const { names, statuses } = watch.seen;
    return (names ?? []).map((name) => ({ name, card: presence(watch, statuses.get(name)) }));
  }

  /**
   * Calls the listener after each change of a reader or a card, and when the service is lost or back. Returns a function that ends the
   * subscription.
   */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Takes the card of a reader. Only one caller in this process can hold the card at a time.
   *
   * @throws CardwrightError `DEVICE_BUSY`, `CARD_REMOVED`, `READER_REMOVED`, `CARD_MUTE`, `CARD_RESET`, `PCSC_UNAVAILABLE`, `PCSC_FORBIDDEN`,
   * `PCSC_ERROR`, `HOST_DAMAGED`
   */
  async connect(reader: string, mode: ShareMode = 'exclusive'): Promise<PcscCard> {
    const { context, taken } = await this.#open();
    if (taken.has(reader)) throw new CardwrightError('DEVICE_BUSY');
    taken.add(reader);
    const isThere = (): boolean => this.#watch?.context === context;
    try {
      const connect = (): Promise<PcscCard> => this.#inside(reader, () => context.connect(reader, mode));
      const card = await askTwice(connect, this.clock, isThere);
      const { reader: control } = card;
      return {
        protocol: card.protocol,
        transmit: (apdu) => this.#inside(reader, () => card.transmit(apdu)),
        ...(control && {
          reader: { ...control, control: (code, data) => this.#inside(reader, () => control.control(code, data)) },
        }),
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

  /** True while a PC/SC call for the card of this reader is running. If the card never answers, only the end of the process frees the card. */
  isPending(reader: string): boolean {
    return this.#pending.has(reader);
  }

  /**
   * Waits until no PC/SC call for a card is running, and ends the connection to the service. Never resolves if a card, or the service, never
   * answers.
   */
  async close(): Promise<void> {
    this.#closed = true;
    this.#listeners.clear();
    this.#cancelReopening();
    this.#notify();
    if (this.#pending.size > 0) await new Promise<void>((resolve) => (this.#onNothingPending = resolve));
    if (this.#watch) this.#end(this.#watch.context);
    this.#watch = undefined;
    await Promise.all(this.#endings);
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

  /** Returns the open connection to the service; if there is none, opens a connection. Concurrent calls share one attempt. */
  async #open(): Promise<Watch> {
    if (this.#closed) throw new CardwrightError('PCSC_UNAVAILABLE');
    if (this.#watch) return this.#watch;
    // The library is native code, so an update of Node.js or an incomplete installation can make it unusable. The error is then `HOST_DAMAGED`.
    this.#opening ??= orDamaged(this.loadBinding)
      .then((binding) => askToOpen(() => this.#openWith(binding), this.clock))
      .catch((error: unknown) => {
        if (!(error instanceof PcscError)) throw error;
        // Denied access is handled by `askToOpen`. Any other code means that the service is not running, or is ending.
        throw new CardwrightError('PCSC_UNAVAILABLE', {}, { cause: error });
      })
      .finally(() => {
        this.#opening = undefined;
        if (!this.#watch) this.#scheduleReopen();
      });
    return this.#opening;
  }

  #openWith(binding: PcscBinding): Watch {
    if (this.#closed) throw new CardwrightError('PCSC_UNAVAILABLE');
    // A binding may call back before `open` returns.
    const seen: Seen = { names: undefined, statuses: new Map(), failure: undefined };
    const { statuses } = seen;
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
      this.#end(context);
      throw seen.failure;
    }
    this.#epochs += 1;
    this.#watch = { epoch: this.#epochs, context, seen, taken: new Set() };
    return this.#watch;
  }

  #abandon({ context }: Watch): void {
    this.#end(context);
    this.#lose(new PcscError(0, 'the service did not list its readers in time'));
  }

  #end(context: PcscContext): void {
    const ending = context.close().finally(() => this.#endings.delete(ending));
    this.#endings.add(ending);
  }

  #lose(error: PcscError): void {
    this.#watch = undefined;
    this.onServiceLost(error);
    this.#notify();
    this.#scheduleReopen();
  }

  /** If there are listeners, schedules another attempt to open the service, because no event reports that the service is back. */
  #scheduleReopen(): void {
    if (this.#closed || this.#listeners.size === 0) return;
    this.#cancelReopening();
    const reopen = (): void =>
      void this.#open().then(
        () => this.#notify(),
        // The error needs no handling here: a caller of `list` that shares the attempt gets it, and the next attempt is scheduled already.
        () => undefined,
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
