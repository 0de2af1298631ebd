import { CardwrightError, isCardwrightError } from '@cardwright/protocol';
import { pause, type Clock } from '../../clock.js';
import {
  MAX_SHORT_LE,
  STATUS_WORD_LENGTH,
  type CommandApdu,
  type LengthEncoding,
  type ResponseApdu,
} from '../../iso7816/apdu.js';
import { exceedsShort, exchange, type ApduChannel } from '../../iso7816/exchange.js';
import { statusWordDigits, SW } from '../../iso7816/status-word.js';
import { saysNoApplication, selectApplication } from '../select.js';
import { MAX_ANSWER, STATUS, USER_TIME } from './ctap.js';
import type { Ctap2Transport, SendOptions } from './ctap-transport.js';
import { malformedAnswer } from './fido-error.js';
import { NFCCTAP } from './nfc-instructions.js';
import { Patience } from './patience.js';

/** Identifier of the FIDO application, A0000006472F0001 (CTAP 2.1, 11.3.3). */
export const FIDO_AID = Uint8Array.of(0xa0, 0x00, 0x00, 0x06, 0x47, 0x2f, 0x00, 0x01);
/** Status word "the command is being processed". The data of such an answer are a keep-alive status (11.3.7.2). */
const UNDER_WAY = 0x9100;
/** Milliseconds between two requests for the answer. */
const POLL_INTERVAL = 100;

/** Properties of the connection to a card. */
export interface NfcOptions {
  readonly clock: Clock;
  /** Set when reader and transmission protocol support extended lengths. If the card refuses extended lengths, chains of short APDUs are used. */
  readonly extendedLength: boolean;
  /** The transports of the connection, as in `Ctap2Transport`. */
  readonly transports: readonly string[];
}

/**
 * CTAP2 over ISO/IEC 7816-4 (CTAP 2.1, 11.3): contactless cards, contact cards, and keys with CCID. The channel must still transmit APDUs after the
 * `signal` of `send` was aborted, because the authenticator is then asked to stop by an APDU.
 */
export class NfcCtap implements Ctap2Transport {
  readonly transports: readonly string[];
  readonly #clock: Clock;
  #encoding: LengthEncoding;
  /** Set once a message was answered, so that the application is known to support CTAP2. */
  #hasAnswered = false;

  private constructor(
    private readonly channel: ApduChannel,
    { clock, extendedLength, transports }: NfcOptions,
  ) {
    this.#clock = clock;
    this.#encoding = extendedLength ? 'extended' : 'short';
    this.transports = transports;
  }

  /**
   * Selects the FIDO application. Returns null when the card has no such application. An application that supports CTAP1 alone is recognised
   * later, by getInfo.
   *
   * @throws CardwrightError `FIDO_UNREACHABLE` if the operating system reserves the application for itself (Windows: SCARD_E_NO_ACCESS),
   *   `CARD_ERROR` for any other refusal, `AUTHENTICATOR_ERROR` for a malformed answer
   */
  static async select(channel: ApduChannel, options: NfcOptions): Promise<NfcCtap | null> {
    const transport = new NfcCtap(channel, options);
    const statusWord = await transport.#select();
    if (saysNoApplication(statusWord)) return null;
    if (statusWord !== SW.SUCCESS) throw cardError(statusWord, 'select');
    return transport;
  }

  async reopen(): Promise<void> {
    const statusWord = await this.#select();
    if (statusWord !== SW.SUCCESS) throw cardError(statusWord, 'select');
  }

  async #select(): Promise<number> {
    const select = selectApplication(FIDO_AID);
    const { statusWord } = await unlessForbidden(() => exchange(bounded(this.channel), select, 'short'));
    return statusWord;
  }

  async send(message: Uint8Array, options: SendOptions = {}): Promise<Uint8Array> {
    const patience = new Patience(this.#clock, options);
    const channel = bounded(this.channel);
    let answer = await this.#begin(channel, message, options);
    while (answer.statusWord === UNDER_WAY) {
      const [status = 0] = answer.data;
      patience.keptAlive(status);
      const stops = patience.mustStop();
      if (!stops && patience.isOver()) return patience.conclude();
      if (!stops) await pause(this.#clock, POLL_INTERVAL);
      answer = await control(channel, stops ? NFCCTAP.CANCEL : NFCCTAP.POLL);
    }
    return patience.conclude(contentOf(answer));
  }

  /**
   * Sends a message. If an application that has answered before suddenly knows no messages, another application is selected: the last SELECT had no
   * effect, although the card confirmed it. As the message was not executed, it is sent again after another SELECT.
   */
  async #begin(channel: ApduChannel, message: Uint8Array, options: SendOptions): Promise<ResponseApdu> {
    const answer = await this.#message(channel, message, options);
    if (this.#hasAnswered && isInstructionRefused(answer)) {
      await this.reopen();
      return this.#message(channel, message, options);
    }
    this.#hasAnswered ||= answer.statusWord === SW.SUCCESS;
    return answer;
  }

  async #message(
    channel: ApduChannel,
    data: Uint8Array,
    { waitsForUser, userTime = USER_TIME }: SendOptions,
  ): Promise<ResponseApdu> {
    // An application without keep-alives answers only after the user has acted.
    const answerTime = waitsForUser ? { answerTime: userTime } : {};
    const apdu: CommandApdu = { ...NFCCTAP.MSG, data, le: MAX_SHORT_LE, ...answerTime };
    if (this.#encoding === 'extended' && exceedsShort(apdu)) {
      const answer = await exchange(channel, apdu, 'extended');
      if (!isFormRefused(answer)) return answer;
      this.#encoding = 'short';
    }
    return exchange(channel, apdu, 'short');
  }
}

const control = (channel: ApduChannel, command: CommandApdu): Promise<ResponseApdu> =>
  exchange(channel, { ...command, le: MAX_SHORT_LE }, 'short');

/**
 * True if the card did not understand extended lengths, so that the command was not executed (ISO/IEC 7816-4, 5.6). Some applets refuse the
 * instruction or the class instead.
 */
const isFormRefused = (answer: ResponseApdu): boolean =>
  answer.statusWord === SW.WRONG_LENGTH || isInstructionRefused(answer);

const isInstructionRefused = ({ statusWord }: ResponseApdu): boolean =>
  statusWord === SW.INSTRUCTION_NOT_SUPPORTED || statusWord === SW.CLASS_NOT_SUPPORTED;

/** Returns the status byte and the CBOR of an answer. An application that supports CTAP1 alone refuses the instruction: INVALID_COMMAND (11.3.5). */
function contentOf({ data, statusWord }: ResponseApdu): Uint8Array {
  switch (statusWord) {
    case SW.SUCCESS:
      if (data.length === 0) throw malformedAnswer();
      return data;
    case SW.INSTRUCTION_NOT_SUPPORTED:
    case SW.CLASS_NOT_SUPPORTED:
    case SW.FUNCTION_NOT_SUPPORTED:
      return Uint8Array.of(STATUS.INVALID_COMMAND);
    case SW.WRONG_LENGTH:
      return Uint8Array.of(STATUS.INVALID_LENGTH);
    default:
      throw cardError(statusWord, 'ctap');
  }
}

/** Limits the total length of the answers to one message, and refuses an answer without a status word. */
function bounded(channel: ApduChannel): ApduChannel {
  let total = 0;
  return {
    async transmit(apdu, answerTime) {
      const answer = await channel.transmit(apdu, answerTime);
      total += answer.length;
      if (total > MAX_TOTAL || answer.length < STATUS_WORD_LENGTH) throw malformedAnswer();
      return answer;
    },
  };
}

/** Bytes that suffice for the longest answer, the status words of its parts, and a minute of keep-alives. */
const MAX_TOTAL = MAX_ANSWER + 4_096;

/** Turns `PCSC_FORBIDDEN` into `FIDO_UNREACHABLE`: Windows reserves the FIDO application for administrators. */
async function unlessForbidden<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!isCardwrightError(error, 'PCSC_FORBIDDEN')) throw error;
    throw new CardwrightError('FIDO_UNREACHABLE', {}, { cause: error });
  }
}

const cardError = (statusWord: number, instruction: string): CardwrightError =>
  new CardwrightError('CARD_ERROR', { statusWord: statusWordDigits(statusWord), instruction });
