import type { Command } from '../apdu/command.js';
import { CardError, StatusWord } from '../apdu/status-word.js';
import type { Card } from '../card/card.js';
import { isTrivialPin } from '../card/pin-complexity.js';
import { isWellFormedPin, PIN_BYTES, SHORTEST_PIN, type ReferenceData } from '../card/card-state.js';
import { forbidRecentPin, rememberPin } from './pin-history.js';

/** Key references of SP 800-73-4 Part 2, 2.4.3. */
export const Reference = { pin: 0x80, puk: 0x81 } as const;
const LOG_OUT = 0xff;
const NOTHING = Buffer.alloc(0);

/** Executes VERIFY (SP 800-73-4 Part 2, 3.2.1): verifies the PIN. Without data, reports whether the PIN is verified. With P1 = FF, ends the login. */
export function verify(card: Card, { p1, p2, data }: Command): Buffer {
  if (p2 !== Reference.pin) throw new CardError(StatusWord.referenceNotFound, 'no such PIN');
  if (p1 === LOG_OUT) {
    if (data.length > 0) throw new CardError(StatusWord.wrongData, 'ending the login takes no data');
    card.forgetPin();
  } else if (p1 !== 0) {
    throw new CardError(StatusWord.wrongParameters, 'P1 is 00 or FF');
  } else if (data.length > 0) {
    verifyPin(card, data);
    card.pinVerified = true;
    card.pinIsFresh = true;
  } else if (!card.pinVerified) {
    throw statusOf(card.state.pin);
  }
  return NOTHING;
}

/** Executes CHANGE REFERENCE DATA (SP 800-73-4 Part 2, 3.2.2): replaces the PIN or the PUK, if the current value is correct. */
export function changeReferenceData(card: Card, { p1, p2, data }: Command): Buffer {
  if (p1 !== 0) throw new CardError(StatusWord.wrongParameters, 'P1 is 00');
  if (p2 !== Reference.pin && p2 !== Reference.puk) throw new CardError(StatusWord.referenceNotFound, 'no such PIN');
  const { lastTryFailed, lastChangeFailed = lastTryFailed } = card.profile.statusWords;
  replace(card, p2 === Reference.pin ? card.state.pin : card.state.puk, data, (current) => {
    if (p2 === Reference.pin) tryPin(card, current, lastChangeFailed);
    else compare(card, card.state.puk, current, lastChangeFailed);
  });
  return NOTHING;
}

/** Executes RESET RETRY COUNTER (SP 800-73-4 Part 2, 3.2.3): sets a new PIN, if the PUK is correct. This does not verify the new PIN. */
export function resetRetryCounter(card: Card, { p1, p2, data }: Command): Buffer {
  if (p1 !== 0) throw new CardError(StatusWord.wrongParameters, 'P1 is 00');
  if (p2 !== Reference.pin) throw new CardError(StatusWord.referenceNotFound, 'no such PIN');
  replace(card, card.state.pin, data, (puk) => compare(card, card.state.puk, puk));
  if (card.profile.unblockingEndsLogin) card.forgetPin();
  return NOTHING;
}

/**
 * Replaces a PIN or PUK.
 *
 * @param data the value that authorises the change, then the new value, each padded to eight bytes
 */
function replace(card: Card, target: ReferenceData, data: Buffer, permit: (current: Buffer) => void): void {
  if (data.length !== 2 * PIN_BYTES) throw new CardError(StatusWord.wrongData, 'two values of eight bytes needed');
  const [current, next] = [data.subarray(0, PIN_BYTES), data.subarray(PIN_BYTES)];
  if (card.profile.checksPinFormatFirst && !card.profile.checksNewPinLast) requireFormat(card, target, next);
  permit(current);
  requireFormat(card, target, next);
  // A YubiKey answers 6985 to a trivial PIN, but 6A80 to a malformed one.
  if (card.circumstances.pinComplexity && isTrivialPin(next)) {
    throw new CardError(StatusWord.conditionsNotSatisfied, 'too simple');
  }
  if (target === card.state.pin) forbidRecentPin(card, next);
  target.value = Buffer.from(next);
  target.triesLeft = target.tries;
  if (target === card.state.pin) rememberPin(card, next);
}

/** Verifies the PIN. A locked card of some kinds then makes its keys unusable. */
function verifyPin(card: Card, candidate: Buffer): void {
  try {
    tryPin(card, candidate);
  } catch (error) {
    const { keys, puk } = card.state;
    if (card.profile.clearsKeysWhenLocked && puk.triesLeft === 0)
      for (const [slot, key] of keys) keys.set(slot, { ...key, isCleared: true });
    throw error;
  }
}

function tryPin(card: Card, candidate: Buffer, lastFailed = card.profile.statusWords.lastTryFailed): void {
  if (candidate.length !== PIN_BYTES) throw new CardError(StatusWord.wrongData, 'a PIN has eight bytes');
  try {
    compare(card, card.state.pin, candidate, lastFailed);
  } catch (error) {
    card.forgetPin();
    throw error;
  }
}

/** Compares a PIN or PUK. A wrong value costs a try. A malformed value costs no try if the card checks the format first (`checksPinFormatFirst`). */
function compare(
  card: Card,
  reference: ReferenceData,
  candidate: Buffer,
  lastFailed = card.profile.statusWords.lastTryFailed,
): void {
  const { wrongPuk } = card.profile.statusWords;
  if (reference === card.state.puk && wrongPuk !== undefined) {
    compareSilently(reference, candidate, wrongPuk);
    return;
  }
  if (reference.triesLeft === 0) throw new CardError(StatusWord.authenticationBlocked, 'blocked');
  if (card.profile.checksPinFormatFirst) requireFormat(card, reference, candidate);
  if (reference.value.equals(candidate)) {
    reference.triesLeft = reference.tries;
    return;
  }
  reference.triesLeft -= 1;
  if (reference.triesLeft === 0) throw new CardError(lastFailed, 'wrong, and now blocked');
  throw statusOf(reference);
}

/** Compares a PUK on a card that answers the same to every wrong PUK. */
function compareSilently(reference: ReferenceData, candidate: Buffer, failed: number): void {
  const isRight = reference.triesLeft > 0 && reference.value.equals(candidate);
  reference.triesLeft = isRight ? reference.tries : Math.max(0, reference.triesLeft - 1);
  if (!isRight) throw new CardError(failed, 'wrong or blocked');
}

function requireFormat(card: Card, reference: ReferenceData, padded: Buffer): void {
  const { pinDigitsOnly, shortestPin } = card.profile;
  const isPin = reference === card.state.pin;
  if (!isWellFormedPin(padded, isPin && pinDigitsOnly, isPin ? shortestPin : SHORTEST_PIN))
    throw new CardError(StatusWord.wrongData, 'a PIN or PUK padded with FF to 8 bytes needed');
}

function statusOf({ triesLeft }: ReferenceData): CardError {
  if (triesLeft === 0) return new CardError(StatusWord.authenticationBlocked, 'blocked');
  return new CardError(StatusWord.wrongReference | Math.min(triesLeft, 0x0f), 'not verified');
}
