import type { Card } from '../card/card.js';
import { type FidoPin, fidoPinOf } from '../card/fido-pin.js';
import type { FidoProfile } from '../card/fido-profile.js';
import { CtapError, CtapStatus } from './ctap-status.js';
import type { Parameters } from './parameters.js';
import { KeyAgreement, type PinProtocol, pinProtocol } from './pin-protocols.js';
import { PinToken } from './pin-token.js';

/** Number of consecutive wrong PINs after which a power cycle is needed (CTAP 2.1, 6.5.5.7.1). */
const MOST_MISMATCHES = 3;

/** The data about its PIN that the FIDO2 application loses with its power: the key agreement, the token, and the number of consecutive wrong PINs. */
export class FidoPinSession {
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

  /** True if no PIN is accepted before a power cycle. */
  get needsPowerCycle(): boolean {
    return this.#mismatches >= MOST_MISMATCHES;
  }

  /** True if the PIN must be changed before a token is issued. */
  get mustChange(): boolean {
    const { pinToChange } = this.#card.fido;
    return pinToChange !== undefined && this.pin.hash?.equals(pinToChange) === true;
  }

  /** The minimum length in Unicode code points: the larger of the configured minimum and the device's own minimum. */
  get minPinLength(): number {
    return Math.max(this.#card.fido.minPinLength, this.pin.fewestCodePoints);
  }

  /** Discards the key agreement and the token. Called when the reader resets the card. Earlier wrong PINs still count. */
  forget(): void {
    this.#agreement = new KeyAgreement();
    this.#token = undefined;
  }

  /** Discards the key agreement and the token, and no longer counts earlier wrong PINs. Called at the end of authenticatorReset. */
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

  /**
   * Checks that the PIN can be entered.
   *
   * @throws CtapError 32 (hexadecimal) if the PIN has no tries left, 34 if the PIN is blocked until the next power cycle
   */
  requireTries(): void {
    if (this.pin.triesLeft === 0) throw new CtapError(CtapStatus.pinBlocked, 'blocked');
    if (this.needsPowerCycle) throw new CtapError(CtapStatus.pinAuthBlocked, 'blocked until the next power cycle');
  }

  /**
   * Compares the hash of an entered PIN. The number of tries is decremented before the comparison, and restored by a correct PIN.
   *
   * @throws CtapError for a wrong PIN: 32 if this was the last try, 34 if a power cycle is needed now, otherwise 31
   */
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
   * Returns the token that authenticated a command.
   *
   * @param keys CBOR keys of pinUvAuthProtocol and pinUvAuthParam in this command
   * @throws CtapError 33 if there is no valid token, or the code does not authenticate the message under this token; 02 for an unknown protocol; 14
   * if the protocol or the code is missing
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
