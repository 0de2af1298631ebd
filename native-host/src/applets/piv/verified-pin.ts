import { timingSafeEqual } from 'node:crypto';

/**
 * The PIN that the card has verified on this connection, as long as nothing is known to have ended its verification.
 *
 * A PIN stays verified until the card is reset or another application is selected (SP 800-73-4 Part 2, 2.4.2 and 3.1.1), and no other program can do
 * so during the connection. So a verified PIN need not be verified again, and has all its tries. A caller must still handle a card that has lost its
 * security status.
 */
export class VerifiedPin {
  #pin: Uint8Array | undefined;

  /** Keeps a copy of the PIN. `slice` would not copy a Buffer. */
  set(pin: Uint8Array): void {
    this.forget();
    this.#pin = Uint8Array.from(pin);
  }

  /** True if `pin` is the verified PIN. */
  is(pin: Uint8Array): boolean {
    return this.#pin?.length === pin.length && timingSafeEqual(this.#pin, pin);
  }

  /** Overwrites and discards the copy. */
  forget(): void {
    this.#pin?.fill(0);
    this.#pin = undefined;
  }
}
