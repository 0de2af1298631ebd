import type { CardState, ReferenceData } from './card-state.js';
import { factoryPin, isWellFormedPin, padPin, unpadPin } from './card-state.js';
import type { FidoProfile } from './fido-profile.js';
import { fidoPinHash, type FidoState, freshFidoState, MAX_PIN_TRIES } from './fido-state.js';

/** The PIN of the FIDO2 application, wherever it is stored. */
export interface FidoPin {
  /** The stored form of the PIN (`fidoPinHash`). Undefined while no PIN is set. */
  readonly hash: Buffer | undefined;
  /** Length of the current PIN, in Unicode code points. */
  readonly codePoints: number;
  /**
   * Length of the shortest PIN that the device accepts, in Unicode code points. A configured minimum (`FidoState.minPinLength`) may be larger.
   * `mostBytes` is the length of the longest PIN, in bytes of UTF-8.
   */
  readonly fewestCodePoints: number;
  readonly mostBytes: number;
  triesLeft: number;
  /** The value that `triesLeft` has after a correct entry. */
  readonly tries: number;
  /** Sets the PIN and restores its tries. Returns false, and changes nothing, if the device does not accept this PIN. */
  replace(pin: Buffer): boolean;
}

const SHORTEST = 4;
const LONGEST_BYTES = 63;
const SHARED_SHORTEST = 6;
const SHARED_LONGEST_BYTES = 8;

/**
 * Returns the FIDO PIN of a card: the PIV application's PIN if the profile shares it, otherwise the FIDO2 application's own PIN. For the
 * application's own PIN, creates the application's memory if `state` has none.
 */
export function fidoPinOf(state: CardState, profile: FidoProfile): FidoPin {
  return profile.pin === 'shared' ? new SharedPin(state.pin) : new OwnPin((state.fido ??= freshFidoState()));
}

class OwnPin implements FidoPin {
  readonly fewestCodePoints = SHORTEST;
  readonly mostBytes = LONGEST_BYTES;
  readonly tries = MAX_PIN_TRIES;

  constructor(private readonly fido: FidoState) {}

  get hash(): Buffer | undefined {
    return this.fido.pin?.hash;
  }

  get codePoints(): number {
    return this.fido.pin?.codePoints ?? 0;
  }

  get triesLeft(): number {
    return this.fido.pinTriesLeft;
  }

  set triesLeft(tries: number) {
    this.fido.pinTriesLeft = tries;
  }

  replace(pin: Buffer): boolean {
    this.fido.pin = { hash: fidoPinHash(pin), codePoints: codePointsOf(pin) };
    this.fido.pinTriesLeft = MAX_PIN_TRIES;
    return true;
  }
}

/** The PIV application's PIN, used as the FIDO PIN too. While this PIN has the factory's value, which everyone knows, no FIDO PIN is set. */
class SharedPin implements FidoPin {
  readonly fewestCodePoints = SHARED_SHORTEST;
  readonly mostBytes = SHARED_LONGEST_BYTES;

  constructor(private readonly reference: ReferenceData) {}

  get hash(): Buffer | undefined {
    const { value } = this.reference;
    return value.equals(factoryPin().value) ? undefined : fidoPinHash(unpadPin(value));
  }

  get codePoints(): number {
    return codePointsOf(unpadPin(this.reference.value));
  }

  get triesLeft(): number {
    return this.reference.triesLeft;
  }

  set triesLeft(tries: number) {
    this.reference.triesLeft = tries;
  }

  get tries(): number {
    return this.reference.tries;
  }

  replace(pin: Buffer): boolean {
    const padded = padPin(pin.toString('latin1'));
    if (pin.length > SHARED_LONGEST_BYTES || !isWellFormedPin(padded, false)) return false;
    if (padded.equals(factoryPin().value)) return false;
    this.reference.value = padded;
    this.reference.triesLeft = this.reference.tries;
    return true;
  }
}

/** Counts the Unicode code points of a UTF-8 text. */
export function codePointsOf(utf8: Buffer): number {
  return Array.from(utf8.toString('utf8')).length;
}
