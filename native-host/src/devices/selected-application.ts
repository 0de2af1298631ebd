import { CardwrightError } from '@cardwright/protocol';
import { INS, SELECT_BY_NAME } from '../applets/piv/instructions.js';
import { decodeCommand, decodeResponse, MAX_SHORT_LE, STATUS_WORD_LENGTH } from '../iso7816/apdu.js';
import { exchange, type ApduChannel } from '../iso7816/exchange.js';
import { bytesWaiting, SW, statusWordDigits } from '../iso7816/status-word.js';

interface Application {
  readonly aid: Uint8Array;
  readonly onDeselected: () => void;
}

/**
 * Which application of a card is selected: one at a time on one connection, and selecting another ends what was proved to it
 * (SP 800-73-4 Part 2, 3.1.1). Each application has a channel of its own here, which selects it again where another one was
 * selected meanwhile, so that no command reaches the wrong one.
 */
export class SelectedApplication {
  #selected: Application | undefined;

  constructor(private readonly card: ApduChannel) {}

  /**
   * A channel to one application, which its owner selects first.
   *
   * @param onDeselected told when the application has forgotten who is logged in, because it, or another one, was selected
   * @param card carries the application's own APDUs
   */
  channelTo(aid: Uint8Array, onDeselected: () => void = () => undefined, card = this.card): ApduChannel {
    const application = { aid, onDeselected };
    const channel: ApduChannel = {
      transmit: async (apdu, answerTime) => {
        if (isSelect(apdu, aid)) return this.#select(application, apdu, answerTime);
        if (this.#selected !== application) await selectAgain(channel, aid);
        return card.transmit(apdu, answerTime);
      },
    };
    return channel;
  }

  async #select(application: Application, apdu: Uint8Array, answerTime?: number): Promise<Uint8Array> {
    const before = this.#selected;
    // If the answer is lost, it is unknown which one is selected.
    this.#selected = undefined;
    before?.onDeselected();
    const answer = await this.card.transmit(apdu, answerTime);
    if (saysSelected(answer)) this.#selected = application;
    return answer;
  }
}

/** @throws CardwrightError `CARD_ERROR` when the card does not select what it did before */
async function selectAgain(channel: ApduChannel, aid: Uint8Array): Promise<void> {
  const select = { cla: 0, ins: INS.SELECT, p1: SELECT_BY_NAME, p2: 0, data: aid, le: MAX_SHORT_LE };
  const { statusWord } = await exchange(channel, select, 'short');
  if (statusWord === SW.SUCCESS) return;
  throw new CardwrightError('CARD_ERROR', { statusWord: statusWordDigits(statusWord), instruction: 'select' });
}

function saysSelected(answer: Uint8Array): boolean {
  if (answer.length < STATUS_WORD_LENGTH) return false;
  const { statusWord } = decodeResponse(answer);
  return statusWord === SW.SUCCESS || bytesWaiting(statusWord) !== undefined;
}

function isSelect(apdu: Uint8Array, aid: Uint8Array): boolean {
  const { ins, p1, data } = decodeCommand(apdu);
  return ins === INS.SELECT && p1 === SELECT_BY_NAME && data !== undefined && Buffer.from(aid).equals(data);
}
