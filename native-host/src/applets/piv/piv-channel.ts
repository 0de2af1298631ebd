import { CardwrightError } from '@cardwright/protocol';
import {
  MAX_EXTENDED_LE,
  MAX_SHORT_LE,
  type CommandApdu,
  type LengthEncoding,
  type ResponseApdu,
} from '../../iso7816/apdu.js';
import { exceedsShort, exchange, type ApduChannel } from '../../iso7816/exchange.js';
import { SW } from '../../iso7816/status-word.js';
import { saysAbsent } from './absence.js';
import { INS } from './instructions.js';
import { meaningOfStatusWord, type PivOperation } from './piv-error.js';

/** A command without its class byte, which is the same in all of PIV. */
export type PivCommand = Omit<CommandApdu, 'cla'>;

/** Sends PIV commands over a card connection, and turns refusals into errors of the catalogue. */
export class PivChannel {
  /** Every card supports short lengths. `untried` are extended ones that no answer has confirmed yet. */
  #lengths: 'short' | 'untried' | 'extended' = 'short';

  readonly #channel: ApduChannel;

  /** @param onLoginLost called when the card may have lost its security status: it says so, or an answer did not arrive */
  constructor(
    channel: ApduChannel,
    private readonly onLoginLost: () => void = () => undefined,
  ) {
    this.#channel = answering(channel);
  }

  /** Uses extended lengths from now on where short ones do not suffice. The first answer that refuses their form ends this for good. */
  tryExtendedLength(): void {
    this.#lengths = 'untried';
  }

  /**
   * Returns the whole answer, whatever its status word. Nothing of it is left on the card, because strict cards would refuse the next
   * command (measured: 6985).
   */
  async send(command: PivCommand): Promise<ResponseApdu> {
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
   * Returns the data of the answer.
   *
   * @throws CardwrightError the error that the status word means for this operation
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
   * ISO/IEC 7816-4, 5.6: 6700 means that the form was not understood, so the command was not executed and may be repeated. Until an answer
   * has confirmed the form, any other refusal of a read counts as one of the form, because a read can be repeated as well.
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

/** Refuses an answer without a status word (ISO/IEC 7816-4, 5.1). */
const answering = (channel: ApduChannel): ApduChannel => ({
  async transmit(apdu, answerTime) {
    const answer = await channel.transmit(apdu, answerTime);
    if (answer.length >= STATUS_WORD_LENGTH) return answer;
    throw new CardwrightError('CARD_ERROR', { statusWord: '', instruction: 'answer' });
  },
});

const STATUS_WORD_LENGTH = 2;

/** Le for "all data" of an answer that fits a short APDU. */
export const LE_SHORT = MAX_SHORT_LE;
/** Le for "all data" of an answer that may be longer. */
export const LE_ALL = MAX_EXTENDED_LE;
