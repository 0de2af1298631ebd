import { timingSafeEqual } from 'node:crypto';

/**
 * The PIN that the card has verified and still counts as verified, as far as this connection knows. A PIN stays verified until
 * the card is reset or another application is selected (SP 800-73-4 Part 2, 2.4.2 and 3.1.1), and the connection is exclusive:
 * so there is no need to ask the card, or its counter, which is full. A caller must be ready for a card that forgot.
 */
export class VerifiedPin {
  #pin: Uint8Array | undefined;

  /** Keeps a copy of its own, also of a Buffer, whose `slice` makes no copy. */
  set(pin: Uint8Array): void {
    this.forget();
    this.#pin = Uint8Array.from(pin);
  }

  /** Whether it is exactly this one. */
  is(pin: Uint8Array): boolean {
    return this.#pin?.length === pin.length && timingSafeEqual(this.#pin, pin);
  }

  /** Overwrites the copy. */
  forget(): void {
    this.#pin?.fill(0);
    this.#pin = undefined;
  }
}
