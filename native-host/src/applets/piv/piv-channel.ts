import { MAX_SHORT_LE, type CommandApdu, type LengthEncoding, type ResponseApdu } from '../../iso7816/apdu.js';
import { exchange, type ApduChannel } from '../../iso7816/exchange.js';
import { SW } from '../../iso7816/status-word.js';
import { meaningOfStatusWord, type PivOperation } from './piv-error.js';

/** A command with the class byte that all of PIV uses. */
export type PivCommand = Omit<CommandApdu, 'cla'>;

/** Sends PIV commands over a card connection and turns refusals into errors of the catalogue. */
export class PivChannel {
  /** Short until extended lengths are tried: every card understands those. */
  #encoding: LengthEncoding = 'short';

  constructor(private readonly channel: ApduChannel) {}

  /** From now on extended lengths are tried. The first answer that refuses their form ends that for good. */
  tryExtendedLength(): void {
    this.#encoding = 'extended';
  }

  /**
   * The whole answer, whatever its status word: nothing of it stays with the card, where strict ones refuse the next
   * command for it (measured: 6985).
   */
  async send(command: PivCommand): Promise<ResponseApdu> {
    const apdu = { cla: 0x00, ...command };
    const answer = await exchange(this.channel, apdu, this.#encoding);
    if (this.#encoding === 'short' || answer.statusWord !== SW.WRONG_LENGTH) return answer;
    // ISO/IEC 7816-4, 5.6: 6700 says that the form was not understood, so nothing was done and the command may be repeated.
    this.#encoding = 'short';
    return exchange(this.channel, apdu, this.#encoding);
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

  /** A command whose answer has no data, and which asks for none. */
  async perform(command: PivCommand, operation: PivOperation): Promise<void> {
    await this.request(command, operation);
  }
}

/** "All that there is." */
export const LE_ALL = MAX_SHORT_LE;
