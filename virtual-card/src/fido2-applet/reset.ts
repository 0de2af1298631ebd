import { freshFidoState } from '../card/fido-state.js';
import type { Context } from './authenticator-context.js';
import { CtapError, CtapStatus } from './ctap-status.js';

/** Time after power-up within which a reset is permitted, in milliseconds (CTAP 2.1, 6.6). */
const RESET_MS = 10_000;

/**
 * Executes authenticatorReset (CTAP 2.1, 6.6), which restores the factory state.
 *
 * @throws CtapError 30 if the card has been in its reader for ten seconds, if the transport may not reset the application, or if the PIV application
 * shares the PIN; 27, 2F or 2D if the user does not touch the authenticator (`UserPresence.prove`)
 */
export async function reset(context: Context): Promise<undefined> {
  const { card, fido, pins, presence, profile, cancelled, poweredAt } = context;
  const transport = card.circumstances.contactless ? 'nfc' : 'smart-card';
  const isTooLate = card.clock.now() - poweredAt >= RESET_MS;
  if (profile.pin === 'shared' || isTooLate || profile.resetTransports?.includes(transport) === false) {
    throw new CtapError(CtapStatus.notAllowed, 'not now, or not here');
  }
  await presence.prove(cancelled, { isLong: card.circumstances.longTouchForReset ?? false });
  Object.assign(fido, freshFidoState());
  pins.powerCycle();
}

/** Executes authenticatorSelection (CTAP 2.1, 6.9): the user selects this authenticator by a touch. */
export async function selection({ presence, cancelled }: Context): Promise<undefined> {
  await presence.prove(cancelled);
}
