import { createHash } from 'node:crypto';
import { CardwrightError } from '@cardwright/protocol';
import { FIDO_PIN_LENGTH } from '@cardwright/protocol/devices';
import type { AuthenticatorInfo } from './info.js';

/** FIDO PINs are the UTF-8 bytes of text in Unicode's form NFC (CTAP 2.1, 6.5.1). */

/** Bytes of a new PIN before it is encrypted (6.5.5.5). */
const PADDED_LENGTH = 64;
const HASH_LENGTH = 16;

/** Encodes a PIN as it was typed. */
export const fidoPinOf = (text: string): Uint8Array => new TextEncoder().encode(text.normalize('NFC'));

/**
 * True if bytes can be the PIN of an authenticator. Others would waste a try. Only the number of bytes matters, because another program may
 * have set the PIN and counted in another way than 6.5.1.
 */
export const canBePin = ({ length }: Uint8Array): boolean =>
  length >= FIDO_PIN_LENGTH.min && length <= FIDO_PIN_LENGTH.max;

/**
 * Checks a new PIN as a platform must (6.5.5.5): its bytes, and its code points against the limits of the authenticator.
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
