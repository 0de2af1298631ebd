import { createHash } from 'node:crypto';
import { CardwrightError } from '@cardwright/protocol';
import { FIDO_PIN_LENGTH } from '@cardwright/protocol/devices';
import type { AuthenticatorInfo } from './info.js';

/** FIDO PINs are the UTF-8 bytes of text in Unicode's form NFC (CTAP 2.1, 6.5.1). */

/** Length in bytes of a new PIN that is padded for its encryption (6.5.5.5). */
const PADDED_LENGTH = 64;
const HASH_LENGTH = 16;

/** Encodes a typed PIN as the authenticator expects it: UTF-8 of form NFC. */
export const fidoPinOf = (text: string): Uint8Array => new TextEncoder().encode(text.normalize('NFC'));

/**
 * True if bytes can be the PIN of an authenticator. Sending other bytes would waste a try. Only the number of bytes is checked: the program
 * that set the PIN may not have counted its characters as 6.5.1 requires.
 */
export const canBePin = ({ length }: Uint8Array): boolean =>
  length >= FIDO_PIN_LENGTH.min && length <= FIDO_PIN_LENGTH.max;

/**
 * Checks a new PIN as a platform must (6.5.5.5): the number of its bytes, and the number of its code points against the limits of the
 * authenticator. A PIN with a zero byte is refused.
 *
 * @throws CardwrightError `PIN_RULE_VIOLATED`
 */
export function requireNewPin(pin: Uint8Array, { minPinLength, maxPinLength }: AuthenticatorInfo): void {
  const codePoints = pin.filter((byte) => (byte & 0xc0) !== 0x80).length;
  const fits = canBePin(pin) && codePoints >= minPinLength && codePoints <= maxPinLength;
  // A trailing zero would be lost with the padding.
  if (!fits || pin.includes(0)) throw new CardwrightError('PIN_RULE_VIOLATED', { rule: 'length' });
}

/** Returns `paddedNewPin`: the PIN followed by zeros (6.5.5.5). The caller zeroes the result after use. */
export function padNewPin(pin: Uint8Array): Uint8Array {
  const padded = new Uint8Array(PADDED_LENGTH);
  padded.set(pin);
  return padded;
}

/** Returns `LEFT(SHA-256(pin), 16)` (6.5.5.6). The caller zeroes the result after use. */
export const pinHash = (pin: Uint8Array): Uint8Array =>
  createHash('sha256').update(pin).digest().subarray(0, HASH_LENGTH);
