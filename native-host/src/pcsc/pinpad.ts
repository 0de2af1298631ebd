import { CardwrightError } from '@cardwright/protocol';
import { decodeResponse, STATUS_WORD_LENGTH } from '../iso7816/apdu.js';
import { PcscError } from './binding.js';
import type { CardConnection } from './card-connection.js';
import { modifyStructure, verifyStructure, type ByteOrder, type EntryLengths } from './pin-structures.js';
import { askPinpadFeatures, type PinpadFeatures } from './reader-features.js';
import { PCSC_CODE, WIN32_ERROR } from './return-codes.js';

/** Milliseconds for the user's entry. Longer than the time that readers and drivers give: libccid waits for 90 s at least. */
const ENTRY_TIME = 120_000;

/** Status words of the reader itself (PC/SC part 10, 2.5.4). */
const READER_SAYS = {
  TIMED_OUT: 0x6400,
  CANCELLED: 0x6401,
  ENTRIES_DIFFER: 0x6402,
  WRONG_LENGTH: 0x6403,
  INVALID_PARAMETER: 0x6b80,
} as const;

/** Return codes by which drivers refuse a structure, before the user is asked. */
const REFUSALS: readonly number[] = [
  PCSC_CODE.INVALID_PARAMETER,
  PCSC_CODE.INVALID_VALUE,
  PCSC_CODE.UNEXPECTED,
  PCSC_CODE.UNSUPPORTED_FEATURE,
  WIN32_ERROR.INVALID_FUNCTION,
  WIN32_ERROR.BAD_COMMAND,
  WIN32_ERROR.NOT_SUPPORTED,
  WIN32_ERROR.INVALID_PARAMETER,
];

type MakeStructure = (order: ByteOrder) => Uint8Array;

/**
 * The keypad of a reader, at which users enter PINs. The PIN goes from the reader to the card: neither this host nor the computer gets it. A reader may
 * lie, so a success is proved by the card.
 */
export class Pinpad {
  /** The orders of bytes to try; the one that the reader has accepted, once there is one. */
  #orders: readonly ByteOrder[] = ['little', 'big'];

  private constructor(
    private readonly connection: CardConnection,
    private readonly features: PinpadFeatures,
  ) {}

  /** Returns the keypad of a connection's reader; null if it has none that can verify and change a PIN. */
  static async find(connection: CardConnection): Promise<Pinpad | null> {
    const features = await askPinpadFeatures(connection);
    return features && new Pinpad(connection, features);
  }

  /**
   * Has the user enter a PIN, which the reader puts into the first block of the APDU's data and sends.
   *
   * @returns the card's status word
   * @throws CardwrightError `USER_TIMEOUT`, `USER_CANCELLED`, `PIN_RULE_VIOLATED`, `PINPAD_UNUSABLE`, and any error that ends the connection
   */
  verify(apdu: Uint8Array, lengths: EntryLengths): Promise<number> {
    return this.#enter(this.features.verify, apdu, (order) => verifyStructure(apdu, lengths, order));
  }

  /**
   * Has the user enter a new PIN twice, which the reader puts into the second block of the APDU's data. If `asksCurrent` is set, the user enters the
   * current PIN or PUK first, for the first block.
   *
   * @returns the card's status word
   * @throws CardwrightError those of `verify`, and `PIN_ENTRIES_DIFFER`
   */
  async modify(apdu: Uint8Array, lengths: EntryLengths, asksCurrent: boolean): Promise<number> {
    const structure = (order: ByteOrder): Uint8Array => modifyStructure(apdu, lengths, asksCurrent, order);
    const statusWord = await this.#enter(this.features.modify, apdu, structure);
    if (statusWord === READER_SAYS.ENTRIES_DIFFER) throw new CardwrightError('PIN_ENTRIES_DIFFER');
    return statusWord;
  }

  async #enter(code: number, apdu: Uint8Array, structure: MakeStructure): Promise<number> {
    for (const order of this.#orders) {
      const statusWord = await this.#ask(code, apdu, structure(order));
      if (statusWord !== READER_SAYS.INVALID_PARAMETER) return this.#statusOfCard(statusWord, order);
    }
    throw new CardwrightError('PINPAD_UNUSABLE', { reason: 'refused' });
  }

  /** Throws what the reader itself says of any entry; returns any other status word. */
  #statusOfCard(statusWord: number, order: ByteOrder): number {
    switch (statusWord) {
      case READER_SAYS.TIMED_OUT:
        throw new CardwrightError('USER_TIMEOUT');
      case READER_SAYS.CANCELLED:
        throw new CardwrightError('USER_CANCELLED');
      case READER_SAYS.WRONG_LENGTH:
        // A reader that reads the other order expects at least eight digits and at most six. It gets the other order next time.
        this.#orders = this.#orders.toReversed();
        throw new CardwrightError('PIN_RULE_VIOLATED', { rule: 'length' });
      default:
        this.#orders = [order];
        return statusWord;
    }
  }

  /** @returns a status word, of the card or of the reader; `INVALID_PARAMETER` if reader or driver refuse the structure */
  async #ask(code: number, apdu: Uint8Array, data: Uint8Array): Promise<number> {
    const answer = await this.#control(code, apdu, data).finally(() => data.fill(0));
    if (answer === 'refused') return READER_SAYS.INVALID_PARAMETER;
    if (answer.length !== STATUS_WORD_LENGTH) throw new CardwrightError('PINPAD_UNUSABLE', { reason: 'answer' });
    return decodeResponse(answer).statusWord;
  }

  async #control(code: number, apdu: Uint8Array, data: Uint8Array): Promise<Uint8Array | 'refused'> {
    try {
      return await this.connection.control({ code, data, apdu, answerTime: ENTRY_TIME });
    } catch (error) {
      if (!(error instanceof PcscError)) throw error;
      if (REFUSALS.includes(error.code)) return 'refused';
      // Some drivers report the end of an entry by a return code instead of a status word.
      if (error.code === PCSC_CODE.TIMEOUT) throw new CardwrightError('USER_TIMEOUT', {}, { cause: error });
      if (error.code === PCSC_CODE.CANCELLED || error.code === PCSC_CODE.CANCELLED_BY_USER)
        throw new CardwrightError('USER_CANCELLED', {}, { cause: error });
      throw new CardwrightError('PINPAD_UNUSABLE', { reason: 'failed' }, { cause: error });
    }
  }
}
