import type { Card } from '../card/card.js';
import type { FidoProfile } from '../card/fido-profile.js';
import type { FidoState } from '../card/fido-state.js';
import type { Credential } from './credential.js';
import type { PinSession } from './pin-session.js';
import type { UserPresence } from './user-presence.js';

/** What a command works on. */
export interface Context {
  readonly card: Card;
  readonly profile: FidoProfile;
  readonly fido: FidoState;
  readonly pins: PinSession;
  readonly presence: UserPresence;
  /** When the card was put into its reader, by its own clock. */
  readonly poweredAt: number;
  /** Aborts when the client cancels. */
  readonly cancelled: AbortSignal;
  /** What the next command may continue; any other command ends it. */
  readonly pending: Pending;
}

/** What is left of a command that answers piece by piece. */
export interface Pending {
  assertion: PendingAssertion | undefined;
  /** Relying parties that are still to be told. */
  relyingParties: readonly string[];
  /** Credentials that are still to be told. */
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

/** Carries out a command. Its answer is CBOR, or nothing. */
export type CtapCommand = (context: Context, parameters: Buffer) => unknown;
