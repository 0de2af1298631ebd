import type { CardInReader } from '@cardwright/virtual-card';
import {
  PCSC_CODE,
  PcscError,
  type CardProtocol,
  type PcscBinding,
  type PcscCard,
  type PcscContext,
  type PcscListener,
  type ShareMode,
} from '@cardwright/native-host/in-process';
import { FEATURE_REQUEST } from './keypad.js';
import { isRefusal, PcscProgram, type PcscProgramOptions } from './pcsc-program.js';
import { ReaderSlot, type Connection } from './reader-slot.js';

/**
 * Simulates readers and the PC/SC service. Every process has a binding of its own, `ReaderSlot` decides who gets a card, and
 * the return codes are those of pcscd (pcsclite.h). Listeners are called at once.
 */
export class ReaderBoard {
  readonly #slots: readonly ReaderSlot[];
  readonly #watches = new Set<Watch>();

  constructor(
    names: readonly string[],
    /** Called when a process is refused a card that another program has. */
    readonly onRefusal: () => void = () => undefined,
  ) {
    this.#slots = names.map((name) => new ReaderSlot(name, (slot) => this.#tell(slot)));
  }

  get slots(): readonly ReaderSlot[] {
    return this.#slots;
  }

  /** Puts a card into a reader, which powers it. */
  insert(reader: string, card: CardInReader): void {
    this.slot(reader).insert(card);
  }

  /** Takes the card out of a reader. Its holder notices at the current APDU or the next. */
  remove(reader: string): void {
    this.slot(reader).remove();
  }

  /** Creates a process that uses these readers. */
  process(): ReaderProcess {
    return new ReaderProcess(this);
  }

  /** Creates another program that uses the card of a reader. */
  program(reader: string, options?: PcscProgramOptions): PcscProgram {
    return new PcscProgram(this.slot(reader), options);
  }

  /** @throws PcscError `UNKNOWN_READER` */
  slot(reader: string): ReaderSlot {
    const slot = this.#slots.find(({ name }) => name === reader);
    if (!slot) throw new PcscError(PCSC_CODE.UNKNOWN_READER, `there is no reader ${reader}`);
    return slot;
  }

  watch(watch: Watch): void {
    this.#watches.add(watch);
    watch.listener.onReaders(this.#slots.map(({ name }) => name));
    for (const { name, status } of this.#slots) watch.listener.onStatus(name, status);
  }

  unwatch(watch: Watch): void {
    this.#watches.delete(watch);
  }

  #tell({ name, status }: ReaderSlot): void {
    for (const { listener } of [...this.#watches]) listener.onStatus(name, status);
  }
}

interface Watch {
  readonly listener: PcscListener;
}

/** The part of a process that an extension needs to run a host in it. */
export type ReaderAccess = Pick<ReaderProcess, 'binding' | 'kill'>;

/** A process that uses PC/SC. Once killed it receives nothing more, and its cards are reset and free. */
export class ReaderProcess {
  readonly #board: ReaderBoard;
  readonly #watches = new Set<Watch>();
  #isKilled = false;

  constructor(board: ReaderBoard) {
    this.#board = board;
  }

  readonly binding: PcscBinding = {
    open: (listener) => this.#open(listener),
  };

  /** Ends the process as SIGKILL does: the service notices, waits for the current APDU, and resets the card. */
  async kill(): Promise<void> {
    this.#isKilled = true;
    for (const watch of this.#watches) this.#board.unwatch(watch);
    for (const slot of this.#board.slots) await slot.abandon(this);
  }

  #open(listener: PcscListener): PcscContext {
    const watch = { listener };
    this.#watches.add(watch);
    this.#board.watch(watch);
    const end = (): Promise<void> => {
      this.#watches.delete(watch);
      this.#board.unwatch(watch);
      return Promise.resolve();
    };
    return { connect: (reader, mode) => this.#heard(this.#connect(reader, mode)), close: end };
  }

  async #connect(reader: string, mode: ShareMode = 'exclusive'): Promise<PcscCard> {
    await Promise.resolve();
    const slot = this.#board.slot(reader);
    const connection = this.#connected(slot, mode);
    if (mode === 'shared') await this.#beginWithReset(slot, connection);
    const { keypad } = slot;
    const transmit = (apdu: Uint8Array) => this.#heard(slot.transmit(connection, apdu));
    return {
      protocol: protocolOf(slot.status.atr),
      transmit: (apdu) => {
        keypad?.heard.push(Buffer.from(apdu));
        return transmit(apdu);
      },
      ...(keypad && {
        reader: { featureRequest: FEATURE_REQUEST, control: (code, data) => keypad.control(code, data, transmit) },
      }),
      disconnect: () => this.#heard(this.#disconnect(slot, connection)),
    };
  }

  #connected(slot: ReaderSlot, mode: ShareMode): Connection {
    try {
      return slot.connect(this, mode);
    } catch (error) {
      if (isRefusal(error, 'SHARING_VIOLATION')) this.#board.onRefusal();
      throw error;
    }
  }

  /** Begins the transaction of a shared connection. Where another program has one, gives up at once instead of after some seconds. */
  async #beginWithReset(slot: ReaderSlot, connection: Connection): Promise<void> {
    try {
      slot.begin(connection);
      slot.reconnect(connection, 'reset');
    } catch (error) {
      void slot.disconnect(connection, 'leave');
      throw error;
    }
    await Promise.resolve();
  }

  async #disconnect(slot: ReaderSlot, connection: Connection): Promise<void> {
    await connection.underWay;
    if (connection.mode === 'shared' && slot.has(connection)) slot.end(connection, 'reset');
    await slot.disconnect(connection, connection.mode === 'shared' ? 'leave' : 'reset');
  }

  /** Passes a result on, but never to a killed process. */
  async #heard<T>(result: Promise<T>): Promise<T> {
    try {
      const value = await result;
      return this.#isKilled ? await never() : value;
    } catch (error) {
      if (this.#isKilled) return never();
      throw error;
    }
  }
}

const never = (): Promise<never> => new Promise(() => undefined);

const INTERFACE_BYTES = [0x10, 0x20, 0x40];
const HAS_NEXT = 0x80;

/** Chooses T=1, which pcscd prefers, if the card offers it in any TDi (ISO/IEC 7816-3, 8.2.3); else T=0. */
function protocolOf(atr: Uint8Array): CardProtocol {
  let [at, indicator] = [1, atr[1] ?? 0];
  while ((indicator & HAS_NEXT) !== 0) {
    at += 1 + INTERFACE_BYTES.filter((flag) => (indicator & flag) !== 0).length;
    indicator = atr[at] ?? 0;
    if ((indicator & 0x0f) === 1) return 'T=1';
  }
  return 'T=0';
}
