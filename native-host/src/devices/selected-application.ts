import { CardwrightError } from '@cardwright/protocol';
import { INS_SELECT, selectApplication } from '../applets/select.js';
import { decodeCommand, decodeResponse, STATUS_WORD_LENGTH } from '../iso7816/apdu.js';
import { exchange, type ApduChannel } from '../iso7816/exchange.js';
import { bytesWaiting, SW, statusWordDigits } from '../iso7816/status-word.js';

/** How one application is reached. */
export interface ApplicationOptions {
  /** Told when it has forgotten who is logged in, because it, or another one, was selected. */
  readonly onDeselected?: () => void;
  /** Carries its APDUs; default: the card's own. */
  readonly card?: ApduChannel;
}

/**
 * Which application of a card is selected: one at a time on one connection, and selecting another ends what was proved to it
 * (SP 800-73-4 Part 2, 3.1.1). Each application has a channel of its own here, which selects it again where another one was
 * selected meanwhile, so that no command reaches the wrong one.
 */
export class SelectedApplication {
  #selected: ApplicationOptions | undefined;

  constructor(private readonly card: ApduChannel) {}

  /** A channel to one application, which its owner selects first. */
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
    // If the answer is lost, it is unknown which one is selected.
    this.#selected = undefined;
    before?.onDeselected?.();
    const answer = await send();
    if (saysSelected(answer)) this.#selected = application;
    return answer;
  }
}

/** @throws CardwrightError `CARD_ERROR` when the card does not select what it did before */
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
