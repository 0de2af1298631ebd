import { randomBytes } from 'node:crypto';
import { CardwrightError, isCardwrightError } from '@cardwright/protocol';
import { statusWordDigits, SW } from '../../iso7816/status-word.js';
import { PIN_FIELD_LENGTH } from './piv-pin.js';
import type { PivSession } from './piv-session.js';

/** More tries than any card permits. A counter in a status word (63Cx) is at most 15, and Yubico's cards can be set to at most 255 tries. */
export const MAX_TRIES = 256;

/** Random values that a card may report as right. A card that reports more of them lies about all of them. */
const MAX_LIES = 2;

/**
 * Erases the PIV application of a card that has Yubico's RESET. RESET requires that PIN and PUK are blocked, so random values are tried for both
 * until they are blocked. If the card is removed before the end, the PIN or PUK may be blocked already. The next call then does the rest.
 *
 * @throws CardwrightError `NOT_SUPPORTED_BY_DEVICE`, before anything is tried, if the card lacks RESET; `CARD_ERROR` if the card reports random values
 *   as right
 */
export async function resetToFactory(session: PivSession): Promise<void> {
  session.require('reset');
  await useUp('PIN_BLOCKED', () => session.pins.verifyPin(wrong()));
  await useUp('PUK_BLOCKED', async () => void (await session.pins.unblockPin(wrong(), wrong())));
  await session.reset();
}

/** Returns random bytes outside ASCII, which are no PIN or PUK that someone has typed. */
const wrong = (): Uint8Array => Uint8Array.from(randomBytes(PIN_FIELD_LENGTH), (byte) => byte | 0x80);

async function useUp(blocked: 'PIN_BLOCKED' | 'PUK_BLOCKED', attempt: () => Promise<void>): Promise<void> {
  const wrongAnswer = blocked === 'PIN_BLOCKED' ? 'PIN_INCORRECT' : 'PUK_INCORRECT';
  let lies = 0;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    try {
      await attempt();
      lies += 1;
      if (lies > MAX_LIES) throw lied(blocked);
    } catch (error) {
      if (isCardwrightError(error, blocked)) return;
      if (!isCardwrightError(error, wrongAnswer)) throw error;
    }
  }
}

/** Returns the error for a card that answers 9000 to whatever value it gets. */
const lied = (blocked: 'PIN_BLOCKED' | 'PUK_BLOCKED'): CardwrightError =>
  new CardwrightError('CARD_ERROR', {
    statusWord: statusWordDigits(SW.SUCCESS),
    instruction: blocked === 'PIN_BLOCKED' ? 'verifyPin' : 'unblockPin',
  });
