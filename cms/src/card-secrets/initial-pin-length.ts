import type { PinRules } from '@cardwright/protocol/devices';

const MIN_PIN_LENGTH = 6;

/**
 * Returns the number of digits of an initial PIN under these rules.
 *
 * @example
 * initialPinLength({ minLength: 4, maxLength: 8, digitsOnly: true, forbidTrivial: true }); // 6
 */
export const initialPinLength = ({ minLength, maxLength }: PinRules): number =>
  Math.min(Math.max(minLength, MIN_PIN_LENGTH), maxLength);
