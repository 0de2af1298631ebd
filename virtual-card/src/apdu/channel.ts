import { type Command, isExtended, parseCommand } from './command.js';
import { CardError, StatusWord } from './status-word.js';

/**
 * Response data with a status word other than 9000, such as 9100. The data is sent in one piece. If `Execute` returns a Buffer instead, the status
 * word is 9000, and data that is too long for the reader is sent in several pieces.
 */
export interface Answer {
  readonly data: Buffer;
  readonly statusWord: number;
}

/** Executes one complete command and returns its response data. Rejects with a CardError if the command fails. */
export type Execute = (command: Command) => Promise<Buffer | Answer>;

/** The transport properties that differ between cards. */
export interface TransportRules {
  /** Set when the card accepts extended APDUs. If not set, the card answers an extended APDU with 6700. */
  readonly extendedLength: boolean;
  /**
   * Set when the card speaks T=0 (ISO/IEC 7816-3, 10.3.2 and 12.2): a command has one length byte, so that one with data has no Le. The card answers
   * any other with 6700, and offers the response to a command with data with 61xx.
   */
  readonly isT0: boolean;
  /**
   * Set when the card answers 6985 to a command other than GET RESPONSE while response data waits to be fetched. If not set, the card executes the
   * command. The data is discarded in both cases.
   */
  readonly refusesUnfetched: boolean;
  /**
   * Set when the card answers 6883 to a command that interrupts a chain. If not set, the card executes the interrupting command. The chain is
   * discarded in both cases.
   */
  readonly refusesBrokenChain: boolean;
}

/** Number of bytes of the header and one length byte. */
const PREFIX_BYTES = 5;
const CHAINING_BIT = 0x10;
const GET_RESPONSE = 0xc0;
/** Longest data of a command chain, in bytes. The longest object of any profile (`maxObjectBytes`) is shorter. */
const MAX_CHAINED_BYTES = 8192;
const NO_DATA = Buffer.alloc(0);

/**
 * The transport layer of a card. Joins a command chain (ISO/IEC 7816-4, 5.3.3) into one command. If an answer is longer than the reader accepts
 * at once, stores the rest until the reader fetches it with GET RESPONSE (5.3.4).
 */
export class ApduChannel {
  readonly #execute: Execute;
  readonly #rules: TransportRules;
  readonly #onDefect: (error: unknown) => void;
  #chain: Command | undefined;
  #rest: Buffer = NO_DATA;

  /** @param onDefect called for an exception that is not a CardError: a defect of the virtual card, which it answers with 6F00 */
  constructor(execute: Execute, rules: TransportRules, onDefect: (error: unknown) => void) {
    this.#execute = execute;
    this.#rules = rules;
    this.#onDefect = onDefect;
  }

  /** Processes a command APDU and returns the response APDU. Never rejects. */
  async transmit(apdu: Buffer): Promise<Buffer> {
    try {
      return await this.#answer(this.#parse(apdu));
    } catch (error) {
      if (error instanceof CardError) return withStatus(NO_DATA, error.statusWord);
      this.#onDefect(error);
      return withStatus(NO_DATA, StatusWord.internalError);
    }
  }

  /** Discards an unfinished chain and an answer that was not fetched, as a reset does. */
  reset(): void {
    this.#chain = undefined;
    this.#rest = NO_DATA;
  }

  #parse(apdu: Buffer): Command {
    if (!this.#rules.extendedLength && isExtended(apdu)) {
      throw new CardError(StatusWord.wrongLength, 'short APDUs only');
    }
    const command = parseCommand(apdu);
    if (this.#rules.isT0 && command.data.length > 0 && apdu.length > PREFIX_BYTES + command.data.length) {
      throw new CardError(StatusWord.wrongLength, 'one length byte only');
    }
    return command;
  }

  async #answer(command: Command): Promise<Buffer> {
    if (command.ins === GET_RESPONSE && this.#rest.length > 0) return this.#next(command.expected);
    this.#dropRest();
    const joined = this.#join(command);
    if ((command.cla & CHAINING_BIT) !== 0) {
      this.#chain = joined;
      return withStatus(NO_DATA, StatusWord.ok);
    }
    this.#chain = undefined;
    const answer = await this.#execute(joined);
    if (!Buffer.isBuffer(answer)) return withStatus(answer.data, answer.statusWord);
    this.#rest = answer;
    return this.#next(this.#rules.isT0 && command.data.length > 0 ? 0 : command.expected);
  }

  #dropRest(): void {
    const isUnfetched = this.#rest.length > 0;
    this.#rest = NO_DATA;
    if (isUnfetched && this.#rules.refusesUnfetched) {
      throw new CardError(StatusWord.conditionsNotSatisfied, 'response data was not fetched');
    }
  }

  #join(command: Command): Command {
    const cla = command.cla & ~CHAINING_BIT;
    const earlier = this.#chain;
    const continues =
      earlier?.cla === cla && earlier.ins === command.ins && earlier.p1 === command.p1 && earlier.p2 === command.p2;
    if (earlier && !continues && this.#rules.refusesBrokenChain) {
      this.#chain = undefined;
      throw new CardError(StatusWord.lastChainBlockExpected, 'another command within a chain');
    }
    const data = continues ? Buffer.concat([earlier.data, command.data]) : Buffer.from(command.data);
    if (data.length > MAX_CHAINED_BYTES) {
      this.#chain = undefined;
      throw new CardError(StatusWord.wrongLength, 'the chain is longer than any object');
    }
    return { ...command, cla, data };
  }

  #next(expected: number): Buffer {
    const part = this.#rest.subarray(0, expected);
    this.#rest = this.#rest.subarray(expected);
    const more = this.#rest.length;
    return withStatus(part, more === 0 ? StatusWord.ok : StatusWord.moreData | (more > 0xff ? 0 : more));
  }
}

function withStatus(data: Buffer, statusWord: number): Buffer {
  const response = Buffer.alloc(data.length + 2);
  data.copy(response);
  response.writeUInt16BE(statusWord, data.length);
  return response;
}
