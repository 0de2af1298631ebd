import type { PinRules } from '@cardwright/protocol/devices';

/**
 * True if a PIN that was chosen by some rules may break others. Weaker rules are never broken.
 *
 * @param chosen the rules by which the PIN was chosen; null if nobody knows them
 * @example
 * const digits = { minLength: 6, maxLength: 8, digitsOnly: true, forbidTrivial: true };
 * mayBreakPinRules(digits, { ...digits, minLength: 8 }); // true: the PIN may have six digits
 * mayBreakPinRules(digits, { ...digits, digitsOnly: false }); // false
 */
export const mayBreakPinRules = (chosen: PinRules | null, now: PinRules): boolean =>
  chosen === null ||
  chosen.minLength < now.minLength ||
  chosen.maxLength > now.maxLength ||
  (now.digitsOnly && !chosen.digitsOnly) ||
  (now.forbidTrivial && !chosen.forbidTrivial);
