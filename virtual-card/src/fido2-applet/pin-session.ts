import type { Card } from '../card/card.js';
import { type FidoPin, fidoPinOf } from '../card/fido-pin.js';
import type { FidoProfile } from '../card/fido-profile.js';
import { CtapError, CtapStatus } from './ctap-status.js';
import type { Parameters } from './parameters.js';
import { KeyAgreement, type PinProtocol, pinProtocol } from './pin-protocols.js';
import { PinToken } from './pin-token.js';

/** After so many wrong PINs one after the other nothing but a power cycle helps (CTAP 2.1, 6.5.5.7.1). */
const MOST_MISMATCHES = 3;

/** What the FIDO2 application knows of the PIN while it has power. */
export class PinSession {
  readonly #card: Card;
  readonly #profile: FidoProfile;
  #agreement = new KeyAgreement();
  #mismatches = 0;
  #token: PinToken | undefined;

  constructor(card: Card, profile: FidoProfile) {
    this.#card = card;
    this.#profile = profile;
  }

  get pin(): FidoPin {
    return fidoPinOf(this.#card.state, this.#profile);
  }

  get agreement(): KeyAgreement {
    return this.#agreement;
  }

  /** Only a power cycle lets it take another PIN. */
  get needsPowerCycle(): boolean {
    return this.#mismatches >= MOST_MISMATCHES;
  }

  /** The PIN must be changed before it gives a token. */
  get mustChange(): boolean {
    const { pinToChange } = this.#card.fido;
    return pinToChange !== undefined && this.pin.hash?.equals(pinToChange) === true;
  }

  /** In Unicode code points: what is set, and what the device asks for in any case. */
  get minPinLength(): number {
    return Math.max(this.#card.fido.minPinLength, this.pin.fewestCodePoints);
  }

  /** A reset of the reader ends what was agreed and permitted; wrong PINs still count. */
  forget(): void {
    this.#agreement = new KeyAgreement();
    this.#token = undefined;
  }

  /** What a reset of the application does besides. */
  powerCycle(): void {
    this.forget();
    this.#mismatches = 0;
  }

  endToken(): void {
    this.#token = undefined;
  }

  issueToken(protocol: PinProtocol, permissions: number, rpId: string | undefined): PinToken {
    const { hash } = this.pin;
    if (!hash) throw new CtapError(CtapStatus.pinNotSet, 'no PIN');
    this.#token = new PinToken(this.#card.clock, protocol, hash, permissions, rpId);
    return this.#token;
  }

  /** @throws CtapError 32 and 34 where no PIN is taken any more */
  requireTries(): void {
    if (this.pin.triesLeft === 0) throw new CtapError(CtapStatus.pinBlocked, 'blocked');
    if (this.needsPowerCycle) throw new CtapError(CtapStatus.pinAuthBlocked, 'blocked until the next power cycle');
  }

  /** Compares, and counts: the counter goes down before the card says that the PIN was wrong. */
  compare(hash: Buffer): void {
    const { pin } = this;
    pin.triesLeft -= 1;
    if (pin.hash?.equals(hash)) {
      pin.triesLeft = pin.tries;
      this.#mismatches = 0;
      return;
    }
    this.#agreement = new KeyAgreement();
    this.#mismatches += 1;
    this.requireTries();
    throw new CtapError(CtapStatus.pinInvalid, 'wrong PIN');
  }

  /**
   * The token by which a command was authenticated.
   *
   * @param keys where the command has the protocol and the code
   * @throws CtapError 33 when it was not this command
   */
  authenticate(parameters: Parameters, keys: { code: number; protocol: number }, message: Buffer): PinToken {
    const protocol = pinProtocol(parameters.number(keys.protocol));
    const code = parameters.bytes(keys.code);
    const token = this.#token;
    if (!token?.isAlive(this.pin.hash) || !token.verify(protocol, message, code)) {
      throw new CtapError(CtapStatus.pinAuthInvalid, 'not authenticated');
    }
    return token;
  }
}
