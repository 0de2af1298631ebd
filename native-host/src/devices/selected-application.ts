import { CardwrightError } from '@cardwright/protocol';
import { answering } from '../applets/answering.js';
import { INS_SELECT, selectApplication } from '../applets/select.js';
import { decodeCommand, decodeResponse, STATUS_WORD_LENGTH } from '../iso7816/apdu.js';
import { exchange, type ApduChannel } from '../iso7816/exchange.js';
import { bytesWaiting, SW, statusWordDigits } from '../iso7816/status-word.js';

/** Options of the channel to one application. */
export interface ApplicationOptions {
  /** Called when the application loses its security status, because a SELECT for this application or another application is sent. */
  readonly onDeselected?: () => void;
  /** Transmits the APDUs of this application. Default: the card's own channel. */
  readonly card?: ApduChannel;
}

/**
 * Keeps track of the application that is selected on a card. A card has one selected application at a time, and selecting another ends the
 * security status of the first (SP 800-73-4 Part 2, 3.1.1).
 *
 * Each application has a channel of its own. If another application was selected meanwhile, the channel first selects its own application again,
 * so that no command reaches the wrong one.
 */
export class SelectedApplication {
  #selected: ApplicationOptions | undefined;

  constructor(private readonly card: ApduChannel) {}

  /** Creates a channel to one application. The caller first selects the application over this channel, to learn whether the card has it. */
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
    // If the answer is lost, either application may be selected, so the next command selects its own application again.
    this.#selected = undefined;
    before?.onDeselected?.();
    const answer = await send();
    if (saysSelected(answer)) this.#selected = application;
    return answer;
  }
}

/** Selects an application again. @throws CardwrightError `CARD_ERROR` if the card no longer selects it */
async function selectAgain(channel: ApduChannel, aid: Uint8Array): Promise<void> {
  const { statusWord } = await exchange(answering(channel), selectApplication(aid), 'short');
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
