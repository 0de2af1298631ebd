import { CardError, StatusWord } from '../apdu/status-word.js';
import type { CardState } from './card-state.js';
import { type CardClock, cardClock } from './clock.js';
import { freshFidoState, type FidoState } from './fido-state.js';
import type { KeySource } from './key-source.js';
import type { Profile } from './profile.js';
import { profiles } from './profiles.js';

/** What the reader has still to answer, between the two halves of an authentication on 9B. */
export interface PendingChallenge {
  readonly kind: 'mutual' | 'one-way';
  /** The bytes that only a holder of the key can send back. */
  readonly expected: Buffer;
}

/**
 * What its user does when the FIDO2 application waits for a touch: touches it at once or so many milliseconds later,
 * never, or says no.
 */
export type Touch = 'at-once' | 'never' | 'denied' | { readonly after: number };

/** What is not in the card's memory: how it is read, and how its device was set up. */
export interface Circumstances {
  /**
   * A dual-interface card is read without its contacts. A plain PIV card has another answer to reset and refuses what
   * the standard allows over contacts only. A YubiKey shows its FIDO2 application, which firmware before 5.8 hides from
   * readers with contacts.
   */
  readonly contactless?: boolean;
  /** A YubiKey (firmware 5.7 or later) that was set to refuse trivial PINs and PUKs. */
  readonly pinComplexity?: boolean;
  /** Default: touches at once. Without contact, bringing the card to the reader is the touch, once. */
  readonly touch?: Touch;
  /** Default: the system's. */
  readonly clock?: CardClock;
}

/** A card as its applications see it: memory that stays, and the security status, which a reset clears. */
export class Card {
  readonly profile: Profile;
  pinVerified = false;
  /** The PIN was verified, and nothing since has ended that for a key with PIN policy "always". */
  pinIsFresh = false;
  managementAuthenticated = false;
  pendingChallenge: PendingChallenge | undefined;
  /** What its user does from now on; may change while the card waits. */
  touch: Touch;
  readonly clock: CardClock;

  /** @throws when the profile knows no such circumstances */
  constructor(
    readonly state: CardState,
    readonly circumstances: Circumstances = {},
    /** Source of the keys that are generated on it; undefined where each is made on demand. */
    readonly keySource?: KeySource,
  ) {
    this.profile = profiles[state.profile];
    const { contactless = false, pinComplexity = false, touch = 'at-once', clock = cardClock } = circumstances;
    this.touch = touch;
    this.clock = clock;
    if (contactless && !this.profile.contactlessAtr && !this.profile.fido) {
      throw new Error(`a card of profile ${state.profile} is the same without contact`);
    }
    if (pinComplexity && !this.profile.firmware?.pinComplexity) {
      throw new Error(`a card of profile ${state.profile} has no PIN complexity`);
    }
  }

  /** Answer to reset, ISO/IEC 7816-3, 8.2. */
  get atr(): Buffer {
    const { atr, contactlessAtr } = this.profile;
    return this.circumstances.contactless ? (contactlessAtr ?? atr) : atr;
  }

  /** The FIDO2 application's memory, which is made where a card never had it. */
  get fido(): FidoState {
    return (this.state.fido ??= freshFidoState());
  }

  /** Ends every login (SP 800-73-4 Part 1, 4.1: security status is lost with power). */
  logOut(): void {
    this.forgetPin();
    this.managementAuthenticated = false;
    this.pendingChallenge = undefined;
  }

  forgetPin(): void {
    this.pinVerified = false;
    this.pinIsFresh = false;
  }

  /** @throws CardError 6982 unless the management key was proved since power-on */
  requireManagement(): void {
    if (this.managementAuthenticated) return;
    throw new CardError(StatusWord.securityStatusNotSatisfied, 'management authentication needed');
  }

  /** @throws CardError 6982 unless the PIN was verified since power-on */
  requirePin(): void {
    if (this.pinVerified) return;
    throw new CardError(StatusWord.securityStatusNotSatisfied, 'PIN needed');
  }
}
