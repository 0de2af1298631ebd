import { CardwrightError, type PinRules } from '@cardwright/protocol';
import type { Model } from './models.js';

/** Bytes of a PIN on the card (SP 800-73-4 Part 2, 2.4.3). */
const CARD_MIN = 6;
const CARD_MAX = 8;

/**
 * The rules that hold: the CMS's and the card's together; the card's alone when the CMS has none.
 *
 * @throws CardwrightError `PIN_RULES_CONFLICT` when no PIN can satisfy both
 */
export function intersectPinRules(cms: PinRules | null, model: Model): PinRules {
  const rules = {
    minLength: Math.max(CARD_MIN, cms?.minLength ?? CARD_MIN),
    maxLength: Math.min(CARD_MAX, cms?.maxLength ?? CARD_MAX),
    digitsOnly: model.pinDigitsOnly || (cms?.digitsOnly ?? false),
    forbidTrivial: cms?.forbidTrivial ?? false,
  };
  if (rules.minLength > rules.maxLength) throw new CardwrightError('PIN_RULES_CONFLICT');
  return rules;
}

/** Whether a PIN, as the bytes that the card gets, satisfies the rules. Characters beyond ASCII never do. */
export function satisfiesPinRules(pin: Uint8Array, rules: PinRules): boolean {
  if (pin.length < rules.minLength || pin.length > rules.maxLength) return false;
  if (!pin.every(rules.digitsOnly ? isDigit : isPrintableAscii)) return false;
  return !rules.forbidTrivial || !isTrivial(pin);
}

const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;
const isPrintableAscii = (byte: number): boolean => byte >= 0x20 && byte <= 0x7e;

/** One repeated character, or a run up or down such as 123456 and 876543. */
function isTrivial(pin: Uint8Array): boolean {
  const steps = Array.from(pin.subarray(1), (byte, index) => byte - (pin[index] ?? byte));
  return [0, 1, -1].some((step) => steps.every((candidate) => candidate === step));
}
