import { CardError, StatusWord } from '../apdu/status-word.js';
import type { CardState } from './card-state.js';
import { type CardClock, cardClock } from './clock.js';
import { freshFidoState, type FidoState } from './fido-state.js';
import type { KeySource } from './key-source.js';
import type { Profile } from './profile.js';
import { profiles } from './profiles.js';

/** The answer that the card expects in the second command of an authentication with the management key (9B). */
export interface PendingChallenge {
  readonly kind: 'mutual' | 'one-way';
  /** The bytes that only a holder of the key can return. */
  readonly expected: Buffer;
}

/**
 * The user's action when the FIDO2 application waits for a touch: touching at once or after a number of milliseconds, never touching, or refusing
 * (`denied`).
 */
export type Touch = 'at-once' | 'never' | 'denied' | { readonly after: number };

/** Properties outside the card's memory: the kind of reader, the device's configuration, the user's touch and the clock. */
export interface Circumstances {
  /**
   * Set when a dual-interface card lies on a contactless reader. The profiles `piv` and `piv-fido` then have another answer to reset, and refuse what
   * the standard permits over contacts only. A YubiKey 5 then offers its FIDO2 application, which firmware before 5.8 hides from readers with
   * contacts.
   */
  readonly contactless?: boolean;
  /** Set for a YubiKey (firmware 5.7 or later) that was configured to refuse trivial PINs and PUKs. */
  readonly pinComplexity?: boolean;
  /** Set when the FIDO2 application is reset by a long touch alone (CTAP 2.3, longTouchForReset). */
  readonly longTouchForReset?: boolean;
  /** Default: `at-once`. Ignored on a contactless reader, where holding the card to the reader counts as one touch. */
  readonly touch?: Touch;
  /** Default: the system's clock. */
  readonly clock?: CardClock;
}

/** A card as its applications see it: its persistent memory, and its security status, which a reset clears. */
export class Card {
  readonly profile: Profile;
  pinVerified = false;
  /** Set while the last verification of the PIN permits the use of a key with PIN policy "always". */
  pinIsFresh = false;
  managementAuthenticated = false;
  pendingChallenge: PendingChallenge | undefined;
  /** The user's reaction when the card waits for a touch. May change while the card waits. */
  touch: Touch;
  readonly clock: CardClock;

  /**
   * @throws when `contactless` is set but would change nothing for this profile, or when `pinComplexity` is set but cards of this profile cannot
   * refuse trivial PINs
   */
  constructor(
    readonly state: CardState,
    readonly circumstances: Circumstances = {},
    /** Source of the keys generated on the card. If undefined, each key is generated on demand (`freshKeys`). */
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

  /** The FIDO2 application's memory, created on first use. */
  get fido(): FidoState {
    return (this.state.fido ??= freshFidoState());
  }

  /** Clears the security status of the PIV application, as a power loss does (SP 800-73-4 Part 1, 4.1). */
  logOut(): void {
    this.forgetPin();
    this.managementAuthenticated = false;
    this.pendingChallenge = undefined;
  }

  forgetPin(): void {
    this.pinVerified = false;
    this.pinIsFresh = false;
  }

  /**
   * Checks that the management key is authenticated (`managementAuthenticated`).
   *
   * @throws CardError 6982 if the key is not authenticated
   */
  requireManagement(): void {
    if (this.managementAuthenticated) return;
    throw new CardError(StatusWord.securityStatusNotSatisfied, 'management authentication needed');
  }

  /**
   * Checks that the PIN of the PIV application is verified (`pinVerified`).
   *
   * @throws CardError 6982 if the PIN is not verified
   */
  requirePin(): void {
    if (this.pinVerified) return;
    throw new CardError(StatusWord.securityStatusNotSatisfied, 'PIN needed');
  }
}
