import { CardwrightError } from '@cardwright/protocol';
import { STATUS_WORD_LENGTH } from '../iso7816/apdu.js';
import type { ApduChannel } from '../iso7816/exchange.js';

/** Makes a channel that refuses an answer without a status word (ISO/IEC 7816-4, 5.1), with `CARD_ERROR`. */
export const answering = (channel: ApduChannel): ApduChannel => ({
  async transmit(apdu, answerTime) {
    const answer = await channel.transmit(apdu, answerTime);
    if (answer.length >= STATUS_WORD_LENGTH) return answer;
    throw new CardwrightError('CARD_ERROR', { statusWord: '', instruction: 'answer' });
  },
});
