import type { CardInReader } from '@cardwright/virtual-card';
import { PCSC_CODE, PcscError, type ReaderStatus, type ShareMode } from '@cardwright/native-host/in-process';
import type { Keypad } from './keypad.js';

/** The state in which a program leaves a card: as it is, or after a reset. */
export type Disposition = 'leave' | 'reset';

/** A program's connection to a card, as an `SCARDHANDLE` stands for it. It ends when the program releases the card, or the card is pulled. */
export interface Connection {
  readonly process: object;
  readonly mode: ShareMode;
  /** The slot's count of events when the connection began. */
  readonly events: number;
  /** Set when the card was reset by, or for, another connection. The program has to reconnect first. */
  isReset: boolean;
  /** The APDU that the card is processing for this connection. */
  underWay: Promise<unknown>;
}

const ATR_STARTS: readonly number[] = [0x3b, 0x3f];

/**
 * One reader, with the rules by which pcscd gives its card to programs. `tests/support/pcsc/service-rules.ts` holds these rules against the real
 * pcscd. A reinserted card counts as a new insertion.
 */
export class ReaderSlot {
  /** The reader's keypad, if it has one. */
  keypad: Keypad | undefined;
  #card: CardInReader | undefined;
  /** Counts insertions and removals. */
  #events = 0;
  readonly #connections = new Set<Connection>();
  /** The connection that alone may use the card: it is exclusive, or has a transaction. */
  #owner: Connection | undefined;
  readonly #waiting = new Set<() => void>();
  readonly #refusalListeners = new Set<() => void>();
  /** The last APDU that was sent, by any program. The reader carries one at a time. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    readonly name: string,
    private readonly onChange: (slot: ReaderSlot) => void,
  ) {}

  get status(): ReaderStatus {
    const card = this.#card;
    const isMute = card !== undefined && isMuteCard(card);
    return {
      present: card !== undefined,
      mute: isMute,
      inUse: this.#connections.size > 0,
      events: this.#events,
      atr: card && !isMute ? Uint8Array.from(card.atr) : new Uint8Array(),
    };
  }

  /** Puts a card into the reader, which powers it. */
  insert(card: CardInReader): void {
    if (this.#card) throw new Error(`there is a card in ${this.name} already`);
    this.#card = card;
    this.#events += 1;
    this.#last = Promise.resolve();
    card.reset();
    this.#changed();
  }

  /** Takes the card out. Its programs notice at the current APDU or the next. */
  remove(): void {
    if (!this.#card) return;
    this.#card = undefined;
    this.#connections.clear();
    this.#owner = undefined;
    this.#events += 1;
    this.#changed();
  }

  /** True if a program that shares the card has a transaction. */
  get isInTransaction(): boolean {
    return this.#owner?.mode === 'shared';
  }

  /** True until the connection has ended. */
  has(connection: Connection): boolean {
    return this.#connections.has(connection);
  }

  /**
   * Connects at once. Where a program has a transaction, pcscd waits for its end first, which its callers here do or give up.
   *
   * @throws PcscError `NO_SMARTCARD`, `UNRESPONSIVE_CARD`, `SHARING_VIOLATION`
   */
  connect(process: object, mode: ShareMode): Connection {
    if (!this.#card) throw new PcscError(PCSC_CODE.NO_SMARTCARD, `no card in ${this.name}`);
    if (isMuteCard(this.#card)) throw new PcscError(PCSC_CODE.UNRESPONSIVE_CARD, 'no answer to reset');
    if (this.#owner?.mode === 'exclusive' || (mode === 'exclusive' && this.#connections.size > 0)) {
      for (const listener of this.#refusalListeners) listener();
      throw this.#taken();
    }
    const connection = { process, mode, events: this.#events, isReset: false, underWay: Promise.resolve() };
    this.#connections.add(connection);
    if (mode === 'exclusive') this.#owner = connection;
    this.#changed();
    return connection;
  }

  /** Acknowledges a reset, or resets the card. @throws PcscError `REMOVED_CARD`, `INVALID_HANDLE`, `SHARING_VIOLATION` */
  reconnect(connection: Connection, disposition: Disposition): void {
    this.#cardFor(connection);
    if (disposition === 'reset') this.#reset();
    connection.isReset = false;
  }

  /** @throws PcscError `REMOVED_CARD`, `INVALID_HANDLE`, `SHARING_VIOLATION`, `RESET_CARD` */
  begin(connection: Connection): void {
    this.#requireConnected(connection);
    // Unlike an APDU, it reports a reset before it waits for the end of another program's transaction.
    if (connection.isReset) throw wasReset();
    this.#cardFor(connection);
    this.#owner = connection;
  }

  /** @throws PcscError `REMOVED_CARD`, `INVALID_HANDLE`, `SHARING_VIOLATION` */
  end(connection: Connection, disposition: Disposition): void {
    this.#cardFor(connection);
    if (disposition === 'reset') this.#reset();
    if (connection.mode === 'shared') this.#owner = undefined;
    this.#changed();
  }

  /** Releases the card. Waits for the APDU under way, and for the end of another program's transaction. */
  async disconnect(connection: Connection, disposition: Disposition): Promise<void> {
    await connection.underWay;
    while (this.#connections.has(connection) && this.#isOwnedBeside(connection)) await this.released();
    if (!this.#connections.delete(connection)) return;
    if (disposition === 'reset') this.#reset();
    if (this.#owner === connection) this.#owner = undefined;
    this.#changed();
  }

  /** Releases what an ended process had. Only the card that it alone could use is reset. */
  async abandon(process: object): Promise<void> {
    for (const connection of this.#connections) {
      if (connection.process !== process) continue;
      await connection.underWay;
      if (!this.#connections.delete(connection)) continue;
      if (this.#owner === connection) {
        this.#reset();
        this.#owner = undefined;
      }
      this.#changed();
    }
  }

  /** @throws PcscError `REMOVED_CARD`, `INVALID_HANDLE`, `SHARING_VIOLATION`, `RESET_CARD` */
  async transmit(connection: Connection, apdu: Uint8Array): Promise<Uint8Array> {
    const card = this.#usableCardFor(connection);
    // The APDU counts as under way before it reaches the card, so a kill at that moment waits for it.
    const answering = this.#last.then(() => card.transmit(Buffer.from(apdu)));
    this.#last = answering.catch(() => undefined);
    connection.underWay = answering;
    const answer = await answering;
    // Tells a pulled card, which gives no answer either, from a mute one.
    this.#requirePresent(connection);
    return answer ? Uint8Array.from(answer) : new Promise(() => undefined);
  }

  /** Resolves at the next release of the card, or change of it. */
  released(): Promise<void> {
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  /** Resolves when so many further connections were refused. */
  refusals(count: number): Promise<void> {
    let left = count;
    return new Promise((resolve) => {
      const listener = (): void => {
        left -= 1;
        if (left > 0) return;
        this.#refusalListeners.delete(listener);
        resolve();
      };
      this.#refusalListeners.add(listener);
    });
  }

  #usableCardFor(connection: Connection): CardInReader {
    const card = this.#cardFor(connection);
    if (connection.isReset) throw wasReset();
    return card;
  }

  #cardFor(connection: Connection): CardInReader {
    const card = this.#requireConnected(connection);
    if (this.#isOwnedBeside(connection)) throw this.#taken();
    return card;
  }

  #requireConnected(connection: Connection): CardInReader {
    const card = this.#requirePresent(connection);
    if (this.has(connection)) return card;
    throw new PcscError(PCSC_CODE.INVALID_HANDLE, 'the card was released');
  }

  /** @throws PcscError `REMOVED_CARD` if the card was pulled, even if it is back */
  #requirePresent({ events }: Connection): CardInReader {
    if (events === this.#events && this.#card) return this.#card;
    throw new PcscError(PCSC_CODE.REMOVED_CARD, 'the card was removed');
  }

  #isOwnedBeside(connection: Connection): boolean {
    return this.#owner !== undefined && this.#owner !== connection;
  }

  #reset(): void {
    this.#card?.reset();
    for (const connection of this.#connections) connection.isReset = true;
  }

  #taken(): PcscError {
    return new PcscError(PCSC_CODE.SHARING_VIOLATION, `the card in ${this.name} is held`);
  }

  #changed(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resume of waiting) resume();
    this.onChange(this);
  }
}

const wasReset = (): PcscError => new PcscError(PCSC_CODE.RESET_CARD, 'the card was reset');

const isMuteCard = ({ atr }: CardInReader): boolean => !ATR_STARTS.includes(atr[0] ?? 0);
