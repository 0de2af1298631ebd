import { CardwrightError } from '@cardwright/protocol';
import { INS_SELECT, selectApplication } from '../applets/select.js';
import { decodeCommand, decodeResponse, STATUS_WORD_LENGTH } from '../iso7816/apdu.js';
import { exchange, type ApduChannel } from '../iso7816/exchange.js';
import { bytesWaiting, SW, statusWordDigits } from '../iso7816/status-word.js';

/** How to reach one application. */
export interface ApplicationOptions {
  /** Called when the application lost its security status, because it or another one was selected. */
  readonly onDeselected?: () => void;
  /** Transmits its APDUs. Default: the card's own channel. */
  readonly card?: ApduChannel;
}

/**
 * Keeps track of the application that is selected on a card. A connection has one at a time, and selecting another ends the security status
 * of the first (SP 800-73-4 Part 2, 3.1.1).
 *
 * Each application has a channel of its own, which selects it again where another one was selected meanwhile. So no command reaches the
 * wrong application.
 */
export class SelectedApplication {
  #selected: ApplicationOptions | undefined;

  constructor(private readonly card: ApduChannel) {}

  /** Creates a channel to one application, which its owner selects first. */
  channelTo(aid: Uint8Array, application: ApplicationOptions = {}): ApduChannel {
    const card = application.card ?? this.card;
    const channel: ApduChannel = {
      transmit: async (apdu, answerTime) => {
        if (isSelect(apdu, aid)) return this.#select(application, () => card.transmit(apdu, answerTime));
        if (this.#selected !== application) await selectAgain(channel, aid);
        return card.transmit(apdu, answerTime);
      },
    };
    return channel;
  }

  async #select(application: ApplicationOptions, send: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const before = this.#selected;
    // If the answer is lost, either application may be selected.
    this.#selected = undefined;
    before?.onDeselected?.();
    const answer = await send();
    if (saysSelected(answer)) this.#selected = application;
    return answer;
  }
}

/** @throws CardwrightError `CARD_ERROR` when the card no longer selects an application that it has selected before */
async function selectAgain(channel: ApduChannel, aid: Uint8Array): Promise<void> {
  const { statusWord } = await exchange(channel, selectApplication(aid), 'short');
  if (statusWord === SW.SUCCESS) return;
  throw new CardwrightError('CARD_ERROR', { statusWord: statusWordDigits(statusWord), instruction: 'select' });
}

function saysSelected(answer: Uint8Array): boolean {
  if (answer.length < STATUS_WORD_LENGTH) return false;
  const { statusWord } = decodeResponse(answer);
  return statusWord === SW.SUCCESS || bytesWaiting(statusWord) !== undefined;
}

function isSelect(apdu: Uint8Array, aid: Uint8Array): boolean {
  const { ins, data } = decodeCommand(apdu);
  return ins === INS_SELECT && data !== undefined && Buffer.from(aid).equals(data);
}
