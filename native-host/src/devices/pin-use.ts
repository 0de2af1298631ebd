import { CardwrightError, isCardwrightError } from '@cardwright/protocol';
import { MIN_TRIES, type KeyAlgorithm, type KeySlot, type RetryStatus } from '@cardwright/protocol/devices';
import type { PinAndPuk } from '../applets/piv/pin-and-puk.js';
import type { PivSession } from '../applets/piv/piv-session.js';

/**
 * Checks that a PIN or PUK may be tried, and returns its status. An unknown number of tries is permitted.
 *
 * @throws CardwrightError the error given as `blocked`, or `LAST_TRY` if the card reports fewer than `MIN_TRIES` tries
 */
export function requireTries(status: RetryStatus, blocked: 'PIN_BLOCKED' | 'PUK_BLOCKED'): RetryStatus {
  if (status.blocked) throw new CardwrightError(blocked);
  const { retriesLeft } = status;
  if (retriesLeft !== null && retriesLeft < MIN_TRIES) throw new CardwrightError('LAST_TRY', { retriesLeft });
  return status;
}

/**
 * Checks that a card has accepted a new PIN, by verifying it. A card that reported success but kept the old PIN has refused the new one.
 *
 * @throws CardwrightError `PIN_REFUSED_BY_DEVICE` if the card refuses the PIN and at least `MIN_TRIES` tries are left; `LAST_TRY` if the card
 *   refuses the PIN and fewer tries are left, or their number is unknown; `PIN_BLOCKED`
 */
export async function verifyNewPin(pins: PinAndPuk, pin: Uint8Array): Promise<void> {
  try {
    await pins.verifyPin(pin);
  } catch (error) {
    if (!isCardwrightError(error, 'PIN_INCORRECT')) throw error;
    const { retriesLeft } = error.data;
    if ((retriesLeft ?? 0) < MIN_TRIES) throw new CardwrightError('LAST_TRY', { retriesLeft });
    throw new CardwrightError('PIN_REFUSED_BY_DEVICE');
  }
}

/**
 * Sets a new PIN by the PUK, and checks that the card has it. A card with a PIN history refuses the PIN that it has, and then keeps the tries of its
 * PIN: such a PIN is verified if that leaves the counter at least `MIN_TRIES`, even if it is wrong.
 *
 * @throws CardwrightError `PIN_REFUSED_BY_DEVICE` if the card has another PIN, or may have another; the errors of `unblockPin` and `verifyNewPin`
 */
export async function setPinByPuk(pins: PinAndPuk, puk: Uint8Array, pin: Uint8Array): Promise<void> {
  const outcome = await pins.unblockPin(puk, pin);
  if (outcome === 'set') await verifyNewPin(pins, pin);
  else await requirePresentPin(pins, pin);
}

/**
 * Checks that a PIN which the card refused as one of its latest is the PIN that it has.
 *
 * @throws CardwrightError `PIN_REFUSED_BY_DEVICE` if it is not, or if its verification could leave fewer than `MIN_TRIES` tries
 */
export async function requirePresentPin(pins: PinAndPuk, pin: Uint8Array): Promise<void> {
  const { blocked, retriesLeft } = await pins.pinStatus();
  if (blocked || (retriesLeft !== null && retriesLeft <= MIN_TRIES)) throw new CardwrightError('PIN_REFUSED_BY_DEVICE');
  await verifyNewPin(pins, pin);
}

/** The slot whose key needs the PIN immediately before each signature (SP 800-73-4 Part 1, table 4b). */
export const ALWAYS = '9C';

/**
 * Signs with a slot's key, after verifying `pin` if one is given. A PIN that the card has already verified on this connection is verified again in
 * two cases: for slot 9C, unless its verification was the last command, and if the card refuses to sign without another verification.
 *
 * @throws CardwrightError `PIN_INCORRECT`, `PIN_BLOCKED`, `LAST_TRY`, and the errors of `SlotKeys.sign`
 */
export async function signWithPin(
  { pins, keys }: PivSession,
  pin: Uint8Array | undefined,
  { slot, algorithm }: { readonly slot: KeySlot; readonly algorithm: KeyAlgorithm },
  input: Uint8Array,
): Promise<Uint8Array> {
  const relies = pin !== undefined && (slot === ALWAYS ? pins.hasJustVerified(pin) : pins.hasVerified(pin));
  if (pin && !relies) await verifyKnownPin(pins, pin);
  try {
    return await keys.sign(slot, algorithm, input);
  } catch (error) {
    // 6982: the key requires the PIN each time, or the card has lost its security status. No try was spent.
    if (!pin || !relies || !isCardwrightError(error, 'NOT_AUTHENTICATED')) throw error;
  }
  await verifyKnownPin(pins, pin);
  return keys.sign(slot, algorithm, input);
}

/**
 * Verifies a PIN. First reads the tries of the PIN and checks them. This is not needed for a PIN that the card has verified before: the PIN is right,
 * and has all its tries.
 */
async function verifyKnownPin(pins: PinAndPuk, pin: Uint8Array): Promise<void> {
  if (!pins.hasVerified(pin)) requireTries(await pins.pinStatus(), 'PIN_BLOCKED');
  await pins.verifyPin(pin);
}
