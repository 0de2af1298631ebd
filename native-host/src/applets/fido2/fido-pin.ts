import { createHash } from 'node:crypto';
import { CardwrightError, FIDO_PIN_LENGTH } from '@cardwright/protocol';
import type { AuthenticatorInfo } from './info.js';

/** FIDO PINs are the UTF-8 bytes of text in Unicode's form NFC (CTAP 2.1, 6.5.1). */

/** Bytes of a new PIN before it is encrypted (6.5.5.5). */
const PADDED_LENGTH = 64;
const HASH_LENGTH = 16;

/** The bytes of a PIN that someone typed. */
export const fidoPinOf = (text: string): Uint8Array => new TextEncoder().encode(text.normalize('NFC'));

/**
 * Whether bytes can be the PIN of any authenticator: others spend a try for nothing. An authenticator may have been set up by a
 * program that did not count as 6.5.1 says, so only the number of bytes matters.
 */
export const canBePin = ({ length }: Uint8Array): boolean =>
  length >= FIDO_PIN_LENGTH.min && length <= FIDO_PIN_LENGTH.max;

/**
 * Checks what a platform checks of a new PIN (6.5.5.5): its bytes, and its code points against the authenticator's own bounds.
 *
 * @throws CardwrightError `PIN_RULE_VIOLATED`
 */
export function requireNewPin(pin: Uint8Array, { minPinLength, maxPinLength }: AuthenticatorInfo): void {
  const codePoints = pin.filter((byte) => (byte & 0xc0) !== 0x80).length;
  const fits = canBePin(pin) && codePoints >= minPinLength && codePoints <= maxPinLength;
  // A trailing zero would be lost with the padding.
  if (!fits || pin.includes(0)) throw new CardwrightError('PIN_RULE_VIOLATED', { rule: 'length' });
}

/** `paddedNewPin` (6.5.5.5). Zero it after use. */
export function padNewPin(pin: Uint8Array): Uint8Array {
  const padded = new Uint8Array(PADDED_LENGTH);
  padded.set(pin);
  return padded;
}

/** `LEFT(SHA-256(pin), 16)` (6.5.5.6). Zero it after use. */
export const pinHash = (pin: Uint8Array): Uint8Array =>
  createHash('sha256').update(pin).digest().subarray(0, HASH_LENGTH);
