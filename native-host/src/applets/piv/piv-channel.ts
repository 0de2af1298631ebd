import {
  MAX_EXTENDED_LE,
  MAX_SHORT_LE,
  type CommandApdu,
  type LengthEncoding,
  type ResponseApdu,
} from '../../iso7816/apdu.js';
import { exceedsShort, exchange, type ApduChannel } from '../../iso7816/exchange.js';
import { SW } from '../../iso7816/status-word.js';
import { answering } from '../answering.js';
import { saysAbsent } from './absence.js';
import { INS } from './instructions.js';
import { meaningOfStatusWord, type PivOperation } from './piv-error.js';

/** A command without its class byte, which is 00 for all PIV commands (10 for all but the last block of a chain). */
export type PivCommand = Omit<CommandApdu, 'cla'>;

/** Sends PIV commands over a card connection, and turns refusals by the card into instances of `CardwrightError`. */
export class PivChannel {
  /** Lengths to use. Every card supports short lengths. `untried` means extended lengths that no answer has confirmed yet. */
  #lengths: 'short' | 'untried' | 'extended' = 'short';

  readonly #channel: ApduChannel;
  #commands = 0;

  /** @param onLoginLost called when the card may have lost its security status, because the card answered 6982 or gave no readable answer */
  constructor(
    channel: ApduChannel,
    private readonly onLoginLost: () => void = () => undefined,
  ) {
    this.#channel = answering(channel);
  }

  /**
   * Switches to extended lengths for APDUs that do not fit short lengths. The first answer that refuses extended lengths switches back to short
   * lengths for good.
   */
  tryExtendedLength(): void {
    this.#lengths = 'untried';
  }

  /** Number of commands sent so far. If it is the same as before, the card has received no other command since. */
  get commands(): number {
    return this.#commands;
  }

  /**
   * Sends a command and returns the whole answer with any status word. Fetches all parts of the answer, because strict cards would otherwise
   * refuse the next command (measured: 6985).
   */
  async send(command: PivCommand): Promise<ResponseApdu> {
    this.#commands += 1;
    const apdu = { cla: 0x00, ...command };
    if (this.#lengths === 'short' || !exceedsShort(apdu)) return this.#exchange(apdu, 'short');
    const answer = await this.#exchange(apdu, 'extended');
    if (!this.#isFormRefused(apdu, answer)) {
      this.#lengths = 'extended';
      return answer;
    }
    this.#lengths = 'short';
    return this.#exchange(apdu, 'short');
  }

  /**
   * Sends a command and returns the data of the answer.
   *
   * @throws CardwrightError the error to which `meaningOfStatusWord` maps the status word for this operation
   */
  async request(command: PivCommand, operation: PivOperation): Promise<Uint8Array> {
    const { data, statusWord } = await this.send(command);
    if (statusWord !== SW.SUCCESS) throw meaningOfStatusWord(statusWord, operation);
    return data;
  }

  /** Sends a command whose answer has no data. */
  async perform(command: PivCommand, operation: PivOperation): Promise<void> {
    await this.request(command, operation);
  }

  /**
   * True if the card refused extended lengths, so that the command may be repeated with short lengths. 6700 means that the form was not understood
   * and the command not executed (ISO/IEC 7816-4, 5.6). Until an answer has confirmed the form, a GET DATA counts as refused after any status word
   * except 9000 and the ones for an absent object, because reading again does no harm.
   */
  #isFormRefused({ ins }: CommandApdu, { statusWord }: ResponseApdu): boolean {
    if (statusWord === SW.WRONG_LENGTH) return true;
    const isUnderstood = statusWord === SW.SUCCESS || saysAbsent(statusWord);
    return this.#lengths === 'untried' && ins === INS.GET_DATA && !isUnderstood;
  }

  async #exchange(apdu: CommandApdu, encoding: LengthEncoding): Promise<ResponseApdu> {
    try {
      const answer = await exchange(this.#channel, apdu, encoding);
      if (answer.statusWord === SW.SECURITY_STATUS_NOT_SATISFIED) this.onLoginLost();
      return answer;
    } catch (error) {
      this.onLoginLost();
      throw error;
    }
  }
}

/** Le for "all data" of an answer that fits a short APDU. */
export const LE_SHORT = MAX_SHORT_LE;
/** Le for "all data" of an answer that may be longer. */
export const LE_ALL = MAX_EXTENDED_LE;
