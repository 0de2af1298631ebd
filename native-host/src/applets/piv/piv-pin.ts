import { CardwrightError } from '@cardwright/protocol';
import type { RetryStatus } from '@cardwright/protocol/devices';
import { retriesLeft, SW } from '../../iso7816/status-word.js';

/** Length in bytes of a padded PIN or PUK (SP 800-73-4 Part 2, 2.4.3). */
export const PIN_FIELD_LENGTH = 8;
const PADDING = 0xff;

/**
 * Pads a PIN or PUK to eight bytes with FF.
 *
 * @throws CardwrightError `PIN_RULE_VIOLATED` when the PIN or PUK is empty, or longer than eight bytes
 */
export function padPin(pin: Uint8Array): Uint8Array {
  if (pin.length === 0 || pin.length > PIN_FIELD_LENGTH)
    throw new CardwrightError('PIN_RULE_VIOLATED', { rule: 'length' });
  const padded = new Uint8Array(PIN_FIELD_LENGTH).fill(PADDING);
  padded.set(pin);
  return padded;
}

/**
 * Reads a counter from the answer to VERIFY without data (SP 800-73-4 Part 2, 3.2.1). 6983 means that the PIN is blocked. The number of tries
 * is unknown (null) after any other status word without a counter, such as 9000, which means that the PIN is verified.
 */
export function retryStatusOf(statusWord: number): RetryStatus {
  const left = retriesLeft(statusWord);
  const blocked = statusWord === SW.AUTHENTICATION_METHOD_BLOCKED || left === 0;
  return { retriesLeft: blocked ? 0 : (left ?? null), blocked, isDefault: null };
}
