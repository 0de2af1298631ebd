import { randomBytes, randomInt } from 'node:crypto';
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
  const wrongPin = new WrongPin();
  await useUp('PIN_BLOCKED', async () => {
    try {
      await session.pins.verifyPin(wrongPin.next());
    } catch (error) {
      if (isCardwrightError(error, 'PIN_INCORRECT') && error.data.retriesLeft === null) wrongPin.useOtherForm();
      throw error;
    }
    return 'accepted';
  });
  let isFirst = true;
  const end = await useUp('PUK_BLOCKED', async () => {
    try {
      await session.pins.unblockPin(outsideAscii(), outsideAscii());
      return 'accepted';
    } catch (error) {
      const isReset = isFirst && tellsNoTries(error) && (await isResetAlready(session));
      isFirst = false;
      if (isReset) return 'enough';
      throw error;
    }
  });
  if (end !== 'enough') await session.reset();
}

/** The answer to RESET of a card whose PIN or PUK still has tries. */
const REFUSED = statusWordDigits(SW.CONDITIONS_OF_USE_NOT_SATISFIED);

const tellsNoTries = (error: unknown): boolean =>
  isCardwrightError(error, 'PUK_INCORRECT') && error.data.retriesLeft === null;

/**
 * Resets a card that does not tell the tries of its PUK. Such a card may never say that the PUK is blocked, and need a blocked PIN alone (Nitrokey 3,
 * piv-authenticator: every wrong PUK is answered 6300). Returns false if the card refuses.
 */
async function isResetAlready(session: PivSession): Promise<boolean> {
  try {
    await session.reset();
    return true;
  } catch (error) {
    // After any other word the card may have been reset, and a wrong PUK more would be one of the factory's.
    if (isCardwrightError(error, 'CARD_ERROR') && error.data.statusWord === REFUSED) return false;
    throw error;
  }
}

/** Returns random bytes outside ASCII, which are no PIN or PUK that someone has typed. */
const outsideAscii = (): Uint8Array => Uint8Array.from(randomBytes(PIN_FIELD_LENGTH), (byte) => byte | 0x80);
const random = (first: number, count: number): Uint8Array =>
  Uint8Array.from({ length: PIN_FIELD_LENGTH }, () => first + randomInt(count));

/** Forms of a wrong PIN, the least likely to be someone's first: bytes outside ASCII, letters, digits. */
const FORMS: readonly (() => Uint8Array)[] = [outsideAscii, () => random(0x61, 26), () => random(0x30, 10)];

/** Makes wrong PINs. A card that judges the form of a PIN first refuses some forms without spending a try. */
class WrongPin {
  #form = 0;

  next(): Uint8Array {
    return (FORMS[this.#form] ?? outsideAscii)();
  }

  useOtherForm(): void {
    this.#form = Math.min(this.#form + 1, FORMS.length - 1);
  }
}

/** Repeats attempts until the card says that PIN or PUK is blocked, or an attempt was enough. After `MAX_TRIES` the card has told neither. */
async function useUp(
  blocked: 'PIN_BLOCKED' | 'PUK_BLOCKED',
  attempt: () => Promise<'accepted' | 'enough'>,
): Promise<'blocked' | 'enough' | 'untold'> {
  const wrongAnswer = blocked === 'PIN_BLOCKED' ? 'PIN_INCORRECT' : 'PUK_INCORRECT';
  let lies = 0;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    try {
      if ((await attempt()) === 'enough') return 'enough';
      lies += 1;
      if (lies > MAX_LIES) throw lied(blocked);
    } catch (error) {
      if (isCardwrightError(error, blocked)) return 'blocked';
      if (!isCardwrightError(error, wrongAnswer)) throw error;
    }
  }
  return 'untold';
}

/** Returns the error for a card that answers 9000 to whatever value it gets. */
const lied = (blocked: 'PIN_BLOCKED' | 'PUK_BLOCKED'): CardwrightError =>
  new CardwrightError('CARD_ERROR', {
    statusWord: statusWordDigits(SW.SUCCESS),
    instruction: blocked === 'PIN_BLOCKED' ? 'verifyPin' : 'unblockPin',
  });
