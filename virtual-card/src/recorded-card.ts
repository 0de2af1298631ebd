import type { CardInReader } from './card-in-reader.js';

/** One APDU in the log: its header without CLA, and the answer's status word. Data is not logged, because it may be a PIN or a key. */
export interface ApduRecord {
  /** Number of the APDU, counted from 1 at insertion. */
  readonly number: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  /** Undefined if the card gave no answer, or a garbled answer of less than two bytes. */
  readonly statusWord: number | undefined;
}

const STATUS_WORD_BYTES = 2;

/** Wraps a card and logs the commands since its insertion. */
export class RecordedCard implements CardInReader {
  /** Records of the APDUs, in the order of their answers. */
  readonly log: ApduRecord[] = [];
  readonly #card: CardInReader;
  readonly #onRecord: (record: ApduRecord) => void;
  #count = 0;

  /** @param onRecord called for each APDU once it was answered or is known to stay unanswered */
  constructor(card: CardInReader, onRecord: (record: ApduRecord) => void = () => undefined) {
    this.#card = card;
    this.#onRecord = onRecord;
  }

  get atr(): Buffer {
    return this.#card.atr;
  }

  /** Number of command APDUs received since the insertion, answered or not. */
  get apduCount(): number {
    return this.#count;
  }

  reset(): void {
    this.#card.reset();
  }

  async transmit(apdu: Buffer): Promise<Buffer | undefined> {
    this.#count += 1;
    const number = this.#count;
    const response = await this.#card.transmit(apdu);
    const [, ins = 0, p1 = 0, p2 = 0] = apdu;
    const record = { number, ins, p1, p2, statusWord: response && statusWordOf(response) };
    this.log.push(record);
    this.#onRecord(record);
    return response;
  }
}

/** Returns the status word of an answer. Returns undefined for a garbled answer of less than two bytes. */
const statusWordOf = (response: Buffer): number | undefined =>
  response.length < STATUS_WORD_BYTES ? undefined : response.readUInt16BE(response.length - STATUS_WORD_BYTES);
