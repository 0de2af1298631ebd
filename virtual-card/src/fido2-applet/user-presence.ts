import type { Card, Touch } from '../card/card.js';
import { CtapError, CtapStatus } from './ctap-status.js';

/** Milliseconds for which an authenticator waits for a touch. */
const TOUCH_TIMEOUT_MS = 30_000;
/** Milliseconds of a long touch, and for which an authenticator waits for one. */
const LONG_TOUCH_MS = 10_000;
const LONG_TOUCH_TIMEOUT_MS = 80_000;
/** Milliseconds between two checks for a touch. */
const LOOK_MS = 20;

/**
 * The test of user presence. The user acts as `Card.touch` says. On a contactless reader, holding the card to the reader counts as the only touch.
 */
export class UserPresence {
  readonly #card: Card;
  /** Set when the card was held to a contactless reader, and this has not counted as a touch yet (CTAP 2.1, 6.1.2, step 14). */
  #isTapped: boolean;
  #isWaiting = false;

  constructor(card: Card) {
    this.#card = card;
    this.#isTapped = card.circumstances.contactless ?? false;
  }

  /** True while a command waits for a touch. */
  get isWaiting(): boolean {
    return this.#isWaiting;
  }

  /**
   * Waits until the user touches the authenticator, or has held it for ten seconds if `isLong` is set. On a contactless reader, does not wait: the first call succeeds.
   *
   * @throws CtapError 27 when the user refuses, 2F after the time limit (at once from the second call on a contactless reader), 2D when the client
   * cancels
   */
  async prove(cancelled: AbortSignal, { isLong = false } = {}): Promise<void> {
    if (this.#isTapped) {
      this.#isTapped = false;
      return;
    }
    // A contactless card has nothing to touch. To prove presence again, its user must remove the card and hold it to the reader again.
    if (this.#card.circumstances.contactless) throw new CtapError(CtapStatus.userActionTimeout, 'not brought again');
    this.#isWaiting = true;
    try {
      await this.#wait(cancelled, isLong ? LONG_TOUCH_MS : 0, isLong ? LONG_TOUCH_TIMEOUT_MS : TOUCH_TIMEOUT_MS);
    } finally {
      this.#isWaiting = false;
    }
  }

  async #wait(cancelled: AbortSignal, held: number, timeout: number): Promise<void> {
    const { clock } = this.#card;
    const start = clock.now();
    for (;;) {
      if (cancelled.aborted) throw new CtapError(CtapStatus.keepaliveCancel, 'cancelled');
      const { touch } = this.#card;
      const waited = clock.now() - start;
      if (touch === 'denied') throw new CtapError(CtapStatus.operationDenied, 'the user said no');
      if (waited >= timeout) throw new CtapError(CtapStatus.userActionTimeout, 'no touch');
      if (isTouched(touch, waited - held)) return;
      await new Promise<void>((resolve) => clock.after(LOOK_MS, resolve));
    }
  }
}

function isTouched(touch: Touch, waited: number): boolean {
  return (touch === 'at-once' && waited >= 0) || (typeof touch === 'object' && waited >= touch.after);
}
