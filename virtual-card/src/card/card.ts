import { CardError, StatusWord } from '../apdu/status-word.js';
import type { CardState } from './card-state.js';
import type { KeySource } from './key-source.js';
import type { Profile } from './profile.js';
import { profiles } from './profiles.js';

/** What the reader has still to answer, between the two halves of an authentication on 9B. */
export interface PendingChallenge {
  readonly kind: 'mutual' | 'one-way';
  /** The bytes that only a holder of the key can send back. */
  readonly expected: Buffer;
}

/** What is not in the card's memory: how it is read, and how its device was set up. */
export interface Circumstances {
  /**
   * A dual-interface card is read without its contacts: it has another answer to reset and refuses what the standard
   * allows over contacts only. For a profile that has a contactless ATR.
   */
  readonly contactless?: boolean;
  /** A YubiKey (firmware 5.7 or later) that was set to refuse trivial PINs and PUKs. */
  readonly pinComplexity?: boolean;
}

/** A card as its applications see it: memory that stays, and the security status, which a reset clears. */
export class Card {
  readonly profile: Profile;
  pinVerified = false;
  /** The PIN was verified, and nothing since has ended that for a key with PIN policy "always". */
  pinIsFresh = false;
  managementAuthenticated = false;
  pendingChallenge: PendingChallenge | undefined;

  /** @throws when the profile knows no such circumstances */
  constructor(
    readonly state: CardState,
    readonly circumstances: Circumstances = {},
    /** Source of the keys that are generated on it; undefined where each is made on demand. */
    readonly keySource?: KeySource,
  ) {
    this.profile = profiles[state.profile];
    const { contactless = false, pinComplexity = false } = circumstances;
    if (contactless && !this.profile.contactlessAtr) {
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
