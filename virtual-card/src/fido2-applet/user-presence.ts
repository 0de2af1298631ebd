import type { Card, Touch } from '../card/card.js';
import { CtapError, CtapStatus } from './ctap-status.js';

/** How long an authenticator waits for a touch. */
const TOUCH_TIMEOUT_MS = 30_000;
/** How often the card looks whether it was touched. */
const LOOK_MS = 20;

/** The proof that someone is there. */
export class UserPresence {
  readonly #card: Card;
  /** Someone has just held the card to the reader, and nothing has counted that yet (CTAP 2.1, 6.1.2, step 14). */
  #isTapped: boolean;
  #isWaiting = false;

  constructor(card: Card) {
    this.#card = card;
    this.#isTapped = card.circumstances.contactless ?? false;
  }

  /** Whether a command waits for a touch just now. */
  get isWaiting(): boolean {
    return this.#isWaiting;
  }

  /**
   * Waits for the touch.
   *
   * @throws CtapError 27 when the user says no, 2F when nothing happens, 2D when the client cancels
   */
  async prove(cancelled: AbortSignal): Promise<void> {
    if (this.#isTapped) {
      this.#isTapped = false;
      return;
    }
    // Whoever lies on a contactless reader can only be taken away and brought again.
    if (this.#card.circumstances.contactless) throw new CtapError(CtapStatus.userActionTimeout, 'not brought again');
    this.#isWaiting = true;
    try {
      await this.#wait(cancelled);
    } finally {
      this.#isWaiting = false;
    }
  }

  async #wait(cancelled: AbortSignal): Promise<void> {
    const { clock } = this.#card;
    const start = clock.now();
    for (;;) {
      if (cancelled.aborted) throw new CtapError(CtapStatus.keepaliveCancel, 'cancelled');
      const { touch } = this.#card;
      const waited = clock.now() - start;
      if (touch === 'denied') throw new CtapError(CtapStatus.operationDenied, 'the user said no');
      if (waited >= TOUCH_TIMEOUT_MS) throw new CtapError(CtapStatus.userActionTimeout, 'no touch');
      if (isTouched(touch, waited)) return;
      await new Promise<void>((resolve) => clock.after(LOOK_MS, resolve));
    }
  }
}

function isTouched(touch: Touch, waited: number): boolean {
  return touch === 'at-once' || (typeof touch === 'object' && waited >= touch.after);
}
