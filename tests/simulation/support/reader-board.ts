import type { CardInReader } from '@cardwright/virtual-card';
import {
  PCSC_CODE,
  PcscError,
  type CardProtocol,
  type PcscBinding,
  type PcscCard,
  type PcscContext,
  type PcscListener,
  type ReaderStatus,
} from '@cardwright/native-host/in-process';

/** One reader. A reinserted card counts as a new insertion. */
interface Slot {
  readonly name: string;
  card: CardInReader | undefined;
  /** Counts insertions and removals. */
  events: number;
  holder: Connection | undefined;
}

/** A process's connection to a card. It ends when the card is released or pulled. */
interface Connection {
  readonly process: ReaderProcess;
  /** The slot's count of events when the connection began. */
  readonly events: number;
  /** The APDU that the card is processing. */
  underWay: Promise<unknown>;
}

const ATR_STARTS: readonly number[] = [0x3b, 0x3f];

/**
 * Simulates readers and the PC/SC service. Every process has a binding of its own, one process at a time holds a card, and
 * the return codes are those of pcscd (pcsclite.h). Listeners are called at once.
 */
export class ReaderBoard {
  readonly #slots: readonly Slot[];
  readonly #watches = new Set<Watch>();

  constructor(names: readonly string[]) {
    this.#slots = names.map((name) => ({ name, card: undefined, events: 0, holder: undefined }));
  }

  get slots(): readonly Slot[] {
    return this.#slots;
  }

  /** Puts a card into a reader, which powers it. */
  insert(reader: string, card: CardInReader): void {
    const slot = this.slot(reader);
    if (slot.card) throw new Error(`there is a card in ${reader} already`);
    slot.card = card;
    slot.events += 1;
    card.reset();
    this.tell(slot);
  }

  /** Takes the card out of a reader. Its holder notices at the current APDU or the next. */
  remove(reader: string): void {
    const slot = this.slot(reader);
    if (!slot.card) return;
    slot.card = undefined;
    slot.holder = undefined;
    slot.events += 1;
    this.tell(slot);
  }

  /** Creates a process that uses these readers. */
  process(): ReaderProcess {
    return new ReaderProcess(this);
  }

  /** @throws PcscError `UNKNOWN_READER` */
  slot(reader: string): Slot {
    const slot = this.#slots.find(({ name }) => name === reader);
    if (!slot) throw new PcscError(PCSC_CODE.UNKNOWN_READER, `there is no reader ${reader}`);
    return slot;
  }

  watch(watch: Watch): void {
    this.#watches.add(watch);
    watch.listener.onReaders(this.#slots.map(({ name }) => name));
    for (const slot of this.#slots) watch.listener.onStatus(slot.name, statusOf(slot));
  }

  unwatch(watch: Watch): void {
    this.#watches.delete(watch);
  }

  tell(slot: Slot): void {
    for (const { listener } of [...this.#watches]) listener.onStatus(slot.name, statusOf(slot));
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
    for (const slot of this.#board.slots) {
      const { holder } = slot;
      if (holder?.process !== this) continue;
      await holder.underWay;
      if (slot.holder === holder) this.#release(slot);
    }
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
    return { connect: (reader) => this.#heard(this.#connect(reader)), close: end };
  }

  async #connect(reader: string): Promise<PcscCard> {
    await Promise.resolve();
    const slot = this.#board.slot(reader);
    if (!slot.card) throw new PcscError(PCSC_CODE.NO_SMARTCARD, `no card in ${reader}`);
    if (isMute(slot.card)) throw new PcscError(PCSC_CODE.UNRESPONSIVE_CARD, 'no answer to reset');
    if (slot.holder) throw new PcscError(PCSC_CODE.SHARING_VIOLATION, `the card in ${reader} is held`);
    const connection: Connection = { process: this, events: slot.events, underWay: Promise.resolve() };
    slot.holder = connection;
    this.#board.tell(slot);
    return {
      protocol: protocolOf(slot.card.atr),
      transmit: (apdu) => this.#heard(this.#transmit(slot, connection, apdu)),
      disconnect: () => this.#heard(this.#disconnect(slot, connection)),
    };
  }

  async #transmit(slot: Slot, connection: Connection, apdu: Uint8Array): Promise<Uint8Array> {
    const card = cardOf(slot, connection);
    // The APDU counts as under way before it reaches the card, so a kill at that moment waits for it.
    const answering = Promise.resolve().then(() => card.transmit(Buffer.from(apdu)));
    connection.underWay = answering;
    const answer = await answering;
    // Tells a pulled card, which gives no answer either, from a mute one.
    cardOf(slot, connection);
    return answer ? Uint8Array.from(answer) : never();
  }

  async #disconnect(slot: Slot, connection: Connection): Promise<void> {
    await connection.underWay;
    if (slot.holder === connection) this.#release(slot);
  }

  #release(slot: Slot): void {
    slot.holder = undefined;
    slot.card?.reset();
    this.#board.tell(slot);
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

/** @throws PcscError `REMOVED_CARD` if the card was pulled, even if it is back; `INVALID_HANDLE` if it was released */
function cardOf(slot: Slot, connection: Connection): CardInReader {
  if (slot.events !== connection.events || !slot.card)
    throw new PcscError(PCSC_CODE.REMOVED_CARD, 'the card was removed');
  if (slot.holder !== connection) throw new PcscError(PCSC_CODE.INVALID_HANDLE, 'the card was released');
  return slot.card;
}

const never = (): Promise<never> => new Promise(() => undefined);

const isMute = ({ atr }: CardInReader): boolean => !ATR_STARTS.includes(atr[0] ?? 0);

function statusOf({ card, events, holder }: Slot): ReaderStatus {
  return {
    present: card !== undefined,
    mute: card !== undefined && isMute(card),
    inUse: holder !== undefined,
    events,
    atr: card && !isMute(card) ? Uint8Array.from(card.atr) : new Uint8Array(),
  };
}

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
