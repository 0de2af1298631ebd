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

/** A command with the class byte that all of PIV uses. */
export type PivCommand = Omit<CommandApdu, 'cla'>;

/** Sends PIV commands over a card connection and turns refusals into errors of the catalogue. */
export class PivChannel {
  /** Every card understands short lengths; `untried` are extended ones that no answer has confirmed yet. */
  #lengths: 'short' | 'untried' | 'extended' = 'short';

  readonly #channel: ApduChannel;

  /** @param onLoginLost told when the card may have forgotten who is logged in: it says so, or an answer did not arrive */
  constructor(
    channel: ApduChannel,
    private readonly onLoginLost: () => void = () => undefined,
  ) {
    this.#channel = answering(channel);
  }

  /**
   * From now on extended lengths are used where short ones do not suffice. The first answer that refuses their form ends that for
   * good.
   */
  tryExtendedLength(): void {
    this.#lengths = 'untried';
  }

  /**
   * The whole answer, whatever its status word. Nothing of it stays on the card, because strict cards then refuse the next
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
   * The answer's data.
   *
   * @throws CardwrightError what the status word means for this operation
   */
  async request(command: PivCommand, operation: PivOperation): Promise<Uint8Array> {
    const { data, statusWord } = await this.send(command);
    if (statusWord !== SW.SUCCESS) throw meaningOfStatusWord(statusWord, operation);
    return data;
  }

  /** A command that neither asks for data nor gets any. */
  async perform(command: PivCommand, operation: PivOperation): Promise<void> {
    await this.request(command, operation);
  }

  /**
   * ISO/IEC 7816-4, 5.6: 6700 says that the form was not understood, so nothing was done and the command may be repeated. Until
   * an answer has confirmed the form, no other refusal of a read is believed either, because a read can be repeated as well.
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

/** The same channel, which takes nothing for an answer that has no status word (ISO/IEC 7816-4, 5.1). */
const answering = (channel: ApduChannel): ApduChannel => ({
  async transmit(apdu, answerTime) {
    const answer = await channel.transmit(apdu, answerTime);
    if (answer.length >= STATUS_WORD_LENGTH) return answer;
    throw new CardwrightError('CARD_ERROR', { statusWord: '', instruction: 'answer' });
  },
});

const STATUS_WORD_LENGTH = 2;

/** "All that there is", of an answer that fits a short APDU. */
export const LE_SHORT = MAX_SHORT_LE;
/** "All that there is", of an answer that may be longer. */
export const LE_ALL = MAX_EXTENDED_LE;
