import type { Card } from '../card/card.js';
import type { FidoProfile } from '../card/fido-profile.js';
import type { FidoState } from '../card/fido-state.js';
import type { Credential } from './credential.js';
import type { FidoPinSession } from './fido-pin-session.js';
import type { UserPresence } from './user-presence.js';

/** The objects that a command works on. */
export interface Context {
  readonly card: Card;
  readonly profile: FidoProfile;
  readonly fido: FidoState;
  readonly pins: FidoPinSession;
  readonly presence: UserPresence;
  /** Time of the card's insertion, in milliseconds of the card's own clock. */
  readonly poweredAt: number;
  /** Aborts when the client cancels. */
  readonly cancelled: AbortSignal;
  /** The parts of earlier answers that the client may still request. Empty for a command without `continues` (authenticator.ts). */
  readonly pending: Pending;
}

/** The parts of an answer that the client has yet to request. */
export interface Pending {
  assertion: PendingAssertion | undefined;
  /** Relying parties not reported yet. */
  relyingParties: readonly string[];
  /** Credentials not reported yet. */
  credentials: readonly Credential[];
}

export interface PendingAssertion {
  readonly rpId: string;
  readonly clientDataHash: Buffer;
  readonly isUserPresent: boolean;
  readonly isUserVerified: boolean;
  readonly credentials: readonly Credential[];
  readonly since: number;
}

/**
 * Executes a command and returns the answer, or a promise of the answer. The caller encodes the answer as CBOR; undefined stands for an answer
 * without data.
 */
export type CtapCommand = (context: Context, parameters: Buffer) => unknown;
