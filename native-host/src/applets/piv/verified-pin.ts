import { timingSafeEqual } from 'node:crypto';

/**
 * The PIN that the card has verified and still counts as verified, as far as this connection knows.
 *
 * A PIN stays verified until the card is reset or another application is selected (SP 800-73-4 Part 2, 2.4.2 and 3.1.1), and the connection
 * is exclusive. So neither the card nor its counter, which is full, needs to be asked. A caller must handle a card that lost the status
 * anyway.
 */
export class VerifiedPin {
  #pin: Uint8Array | undefined;

  /** Keeps a copy of its own. For a Buffer, `slice` would make none. */
  set(pin: Uint8Array): void {
    this.forget();
    this.#pin = Uint8Array.from(pin);
  }

  /** True for exactly this PIN. */
  is(pin: Uint8Array): boolean {
    return this.#pin?.length === pin.length && timingSafeEqual(this.#pin, pin);
  }

  /** Overwrites the copy. */
  forget(): void {
    this.#pin?.fill(0);
    this.#pin = undefined;
  }
}
