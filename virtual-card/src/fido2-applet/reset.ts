import { freshFidoState } from '../card/fido-state.js';
import type { Context } from './authenticator-context.js';
import { CtapError, CtapStatus } from './ctap-status.js';

/** Milliseconds after power-up in which a reset is permitted (CTAP 2.1, 6.6). */
const RESET_MS = 10_000;

/**
 * authenticatorReset (CTAP 2.1, 6.6): restores the factory state.
 *
 * @throws CtapError 30 when the card has been in its reader for more than ten seconds, over a transport that may not reset it,
 * and where another application has the same PIN
 */
export async function reset(context: Context): Promise<undefined> {
  const { card, fido, pins, presence, profile, cancelled, poweredAt } = context;
  const transport = card.circumstances.contactless ? 'nfc' : 'smart-card';
  const isTooLate = card.clock.now() - poweredAt >= RESET_MS;
  if (profile.pin === 'shared' || isTooLate || profile.resetTransports?.includes(transport) === false) {
    throw new CtapError(CtapStatus.notAllowed, 'not now, or not here');
  }
  await presence.prove(cancelled);
  Object.assign(fido, freshFidoState());
  pins.powerCycle();
}

/** authenticatorSelection (CTAP 2.1, 6.9): the user selects this authenticator by a touch. */
export async function selection({ presence, cancelled }: Context): Promise<undefined> {
  await presence.prove(cancelled);
}
