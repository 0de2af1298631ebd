import { MAX_SHORT_LE, type CommandApdu, type LengthEncoding, type ResponseApdu } from '../../iso7816/apdu.js';
import { exchange, sendOnce, type ApduChannel } from '../../iso7816/exchange.js';
import { SW } from '../../iso7816/status-word.js';
import { meaningOfStatusWord, type PivOperation } from './piv-error.js';

/** A command with the class byte that all of PIV uses. */
export type PivCommand = Omit<CommandApdu, 'cla'>;

/** Sends PIV commands over a card connection and turns refusals into errors of the catalogue. */
export class PivChannel {
  /** Short until the card is known to read extended lengths: every card understands those. */
  encoding: LengthEncoding = 'short';

  constructor(private readonly channel: ApduChannel) {}

  /** The answer, whatever its status word. */
  async send(command: PivCommand): Promise<ResponseApdu> {
    return exchange(this.channel, { cla: 0x00, ...command }, this.encoding);
  }

  /** The first part of the answer: what the card holds back is not fetched, and the next command discards it. */
  async probe(command: PivCommand): Promise<ResponseApdu> {
    return sendOnce(this.channel, { cla: 0x00, ...command }, this.encoding);
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
