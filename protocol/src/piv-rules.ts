/** PIV rules that CMS, host and the extension's windows share. */

export const SLOTS = ['9A', '9C', '9D', '9E'] as const;

/** Slots of retired key management keys (SP 800-73-4 Part 1, table 4b). Their keys decrypt what was encrypted before 9D got another key. */
export const RETIRED_SLOTS = [
  '82',
  '83',
  '84',
  '85',
  '86',
  '87',
  '88',
  '89',
  '8A',
  '8B',
  '8C',
  '8D',
  '8E',
  '8F',
  '90',
  '91',
  '92',
  '93',
  '94',
  '95',
] as const;

/** All slots for keys. */
export const KEY_SLOTS = [...SLOTS, ...RETIRED_SLOTS] as const;

/** Number of tries that a PIN or PUK must have left before it is used, so that the last try is never spent. */
export const MIN_TRIES = 2;

/** PIN policy of each slot's key (SP 800-73-4 Part 1, table 4b). */
export const SLOT_PIN_POLICY = {
  '9A': 'once',
  '9C': 'always',
  '9D': 'once',
  '9E': 'never',
} as const satisfies Readonly<Record<(typeof SLOTS)[number], string>>;

/** Length of a PIV card's PIN in bytes (SP 800-73-4 Part 2, 2.4.3). */
export const PIV_PIN_LENGTH = { min: 6, max: 8 } as const;

/** When users enter PINs at the reader's keypad, and not in a window: where the reader has one, or always. */
export const PINPAD_USES = ['if-present', 'required'] as const;
export type PinpadUse = (typeof PINPAD_USES)[number];

/** Length of a FIDO PIN (CTAP 2.1, 6.5.1): the minimum in Unicode code points, the maximum in bytes of UTF-8. */
export const FIDO_PIN_LENGTH = { min: 4, max: 63 } as const;

/** The lowest minimum length that a rule for PINs can set. For a PIV PIN, the card's higher minimum still applies. */
export const LOWEST_MINIMUM = 4;

/**
 * True if a PIN is one repeated character, or a run up or down such as 123456 or 876543. An empty PIN, a single character, and two characters
 * that are equal or neighbours count too, so check the length first.
 *
 * @param characters the PIN's bytes or code points
 * @example
 * isTrivialPin(new TextEncoder().encode('123456')); // true
 */
export function isTrivialPin(characters: Uint8Array | readonly number[]): boolean {
  const steps = Array.from(characters.slice(1), (next, index) => next - (characters[index] ?? next));
  return [0, 1, -1].some((run) => steps.every((step) => step === run));
}
