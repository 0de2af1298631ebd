import { systemClock } from '../clock.js';
import {
  PCSC_CODE,
  PcscError,
  type PcscBinding,
  type PcscCard,
  type PcscContext,
  type PcscListener,
  type ShareMode,
} from './binding.js';
import { PcscCalls, type Connection, type Handle } from './koffi-calls.js';
import { KoffiCard, type Service } from './koffi-card.js';
import { ignorePcscError, KoffiWatch } from './koffi-watch.js';

/**
 * Milliseconds to wait until a card is taken. A slow card needs a second to power up. The call of the library may block for longer, if another
 * program has a transaction.
 */
const TAKE_TIME = 3_000;

/**
 * Loads the system's PC/SC library through koffi.
 *
 * @throws Error when the system's library is missing or lacks a function
 */
export function loadKoffiBinding(): PcscBinding {
  const calls = PcscCalls.load();
  return { open: (listener) => new KoffiContext(calls, listener) };
}

class KoffiContext implements PcscContext {
  readonly #calls: PcscCalls;
  readonly #watch: KoffiWatch;
  readonly #cards = new Set<KoffiCard>();
  /**
   * Readers for which a worker thread waits for the end of another program's transaction, with a promise that resolves when the worker has
   * ended.
   */
  readonly #waiting = new Map<string, Promise<unknown>>();
  #hasEnded = false;

  constructor(calls: PcscCalls, listener: PcscListener) {
    this.#calls = calls;
    const failing: PcscListener = {
      onReaders: (names) => listener.onReaders(names),
      onStatus: (reader, status) => listener.onStatus(reader, status),
      onFailure: (error) => {
        this.#hasEnded = true;
        listener.onFailure(error);
      },
    };
    this.#watch = new KoffiWatch(calls, calls.establishContext(), failing, systemClock);
  }

  async connect(reader: string, mode: ShareMode = 'exclusive'): Promise<PcscCard> {
    if (this.#hasEnded) throw new PcscError(PCSC_CODE.SERVICE_STOPPED, 'the service is gone');
    if (this.#waiting.has(reader)) throw inTransaction();
    const context = this.#calls.establishContext();
    try {
      const connection = await this.#take(context, reader, mode);
      // A reset ends the security status that another program may have left.
      const held = mode === 'shared' ? await this.#calls.reset(connection) : connection;
      return this.#cardOf(context, held, mode);
    } catch (error) {
      // A waiting worker owns the context and will release it.
      if (!this.#waiting.has(reader)) await this.#calls.releaseContext(context).catch(ignorePcscError);
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#hasEnded = true;
    const cards = [...this.#cards].map((card) => card.disconnect());
    await Promise.all([this.#watch.end(), ...cards, ...this.#waiting.values()]);
  }

  #cardOf(context: Handle, connection: Connection, mode: ShareMode): KoffiCard {
    const service: Service = {
      hasEnded: () => this.#hasEnded,
      onReleased: (released) => this.#cards.delete(released),
    };
    const card = new KoffiCard(this.#calls, context, connection, mode, service);
    this.#cards.add(card);
    return card;
  }

  /**
   * Takes a card, and gives up after `TAKE_TIME` with `SHARING_VIOLATION`. The worker that then still waits cannot be cancelled; each reader has
   * at most one such worker.
   */
  async #take(context: Handle, reader: string, mode: ShareMode): Promise<Connection> {
    const taking = this.#connectAndBegin(context, reader, mode);
    if (await isDoneWithin(TAKE_TIME, taking)) return taking;
    const leaving = this.#leaveOnceTaken(taking, context, mode).finally(() => this.#waiting.delete(reader));
    this.#waiting.set(reader, leaving);
    throw inTransaction();
  }

  async #connectAndBegin(context: Handle, reader: string, mode: ShareMode): Promise<Connection> {
    const connection = await this.#calls.connect(context, reader, mode);
    if (mode === 'shared') await this.#calls.beginTransaction(connection);
    return connection;
  }

  /** Waits for a card that is taken too late, and releases it without a reset, because this host has sent it nothing. */
  async #leaveOnceTaken(taking: Promise<Connection>, context: Handle, mode: ShareMode): Promise<void> {
    try {
      const connection = await taking;
      if (mode === 'shared') await this.#calls.endTransaction(connection, 'leave');
      await this.#calls.disconnect(connection, 'leave');
    } catch (error) {
      ignorePcscError(error);
    }
    await this.#calls.releaseContext(context).catch(ignorePcscError);
  }
}

const inTransaction = (): PcscError =>
  new PcscError(PCSC_CODE.SHARING_VIOLATION, 'another program is in a transaction');

/** True if the work is done within `milliseconds`. Rejects if the work rejects within this time. */
async function isDoneWithin(milliseconds: number, work: Promise<unknown>): Promise<boolean> {
  let cancel = (): void => undefined;
  const late = new Promise<false>((resolve) => {
    cancel = systemClock.after(milliseconds, () => resolve(false));
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    cancel();
  }
}
