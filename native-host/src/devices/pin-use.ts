import {
  CardwrightError,
  isCardwrightError,
  MIN_TRIES,
  SLOT_PIN_POLICY,
  type KeyAlgorithm,
  type RetryStatus,
  type Slot,
} from '@cardwright/protocol';
import type { PivSession } from '../applets/piv/piv-session.js';

/** @throws CardwrightError `PIN_BLOCKED` or `PUK_BLOCKED`, `LAST_TRY` where the card tells that only one is left */
export function requireTries(status: RetryStatus, blocked: 'PIN_BLOCKED' | 'PUK_BLOCKED'): RetryStatus {
  if (status.blocked) throw new CardwrightError(blocked);
  const { retriesLeft } = status;
  if (retriesLeft !== null && retriesLeft < MIN_TRIES) throw new CardwrightError('LAST_TRY', { retriesLeft });
  return status;
}

/**
 * Has a card show that it has a new PIN: one that says so and kept the old one has refused the new one.
 *
 * @throws CardwrightError `PIN_REFUSED_BY_DEVICE`; `LAST_TRY` where another wrong PIN would be the last
 */
export async function verifyNewPin(piv: PivSession, pin: Uint8Array): Promise<void> {
  try {
    await piv.verifyPin(pin);
  } catch (error) {
    if (!isCardwrightError(error, 'PIN_INCORRECT')) throw error;
    const { retriesLeft } = error.data;
    if ((retriesLeft ?? 0) < MIN_TRIES) throw new CardwrightError('LAST_TRY', { retriesLeft });
    throw new CardwrightError('PIN_REFUSED_BY_DEVICE');
  }
}

/**
 * Signs with a slot's key, whose PIN is given where it has one. What the card has verified on this connection is verified again
 * only for 9C, or for a card that says that it forgot.
 *
 * @throws CardwrightError `PIN_INCORRECT`, `PIN_BLOCKED`, `LAST_TRY`, and what `PivSession.sign` throws
 */
export async function signWithPin(
  piv: PivSession,
  pin: Uint8Array | undefined,
  { slot, algorithm }: { readonly slot: Slot; readonly algorithm: KeyAlgorithm },
  input: Uint8Array,
): Promise<Uint8Array> {
  const relies = pin !== undefined && SLOT_PIN_POLICY[slot] !== 'always' && piv.hasVerified(pin);
  // Immediately before the signature.
  if (pin && !relies) await verifyKnownPin(piv, pin);
  try {
    return await piv.sign(slot, algorithm, input);
  } catch (error) {
    // A key that was made to ask each time, or a card that forgets: 6982, and no try was spent.
    if (!pin || !relies || !isCardwrightError(error, 'NOT_AUTHENTICATED')) throw error;
  }
  await verifyKnownPin(piv, pin);
  return piv.sign(slot, algorithm, input);
}

/** A PIN that the card has verified before is not a guess: its counter is full. For any other one the counter is read first. */
async function verifyKnownPin(piv: PivSession, pin: Uint8Array): Promise<void> {
  if (!piv.hasVerified(pin)) requireTries(await piv.pinStatus(), 'PIN_BLOCKED');
  await piv.verifyPin(pin);
}
