/** Rules that CMS, host and the extension's windows follow alike. */

export const SLOTS = ['9A', '9C', '9D', '9E'] as const;

/** Tries that a PIN or PUK must have left to be used: the last one is never spent. */
export const MIN_TRIES = 2;

/** When a key asks for the PIN (SP 800-73-4 Part 1, table 4b): 9C each time, 9E never. */
export const SLOT_PIN_POLICY = {
  '9A': 'once',
  '9C': 'always',
  '9D': 'once',
  '9E': 'never',
} as const satisfies Readonly<Record<(typeof SLOTS)[number], string>>;

/** Bytes of a PIV card's PIN (SP 800-73-4 Part 2, 2.4.3). */
export const PIV_PIN_LENGTH = { min: 6, max: 8 } as const;

/** Length of a FIDO PIN (CTAP 2.1, 6.5.1): at least so many Unicode code points, at most so many bytes of UTF-8. */
export const FIDO_PIN_LENGTH = { min: 4, max: 63 } as const;

/** The lowest minimum that a rule for PINs can name. It is below a PIV card's own, which then holds. */
export const LOWEST_MINIMUM = 4;

/**
 * Whether a PIN is one repeated character, or a run up or down such as 123456 and 876543. Any two neighbours in the alphabet are a run,
 * so ask once the PIN is long enough.
 *
 * @param characters the PIN's bytes or code points
 */
export function isTrivialPin(characters: Uint8Array | readonly number[]): boolean {
  const steps = Array.from(characters.slice(1), (next, index) => next - (characters[index] ?? next));
  return [0, 1, -1].some((run) => steps.every((step) => step === run));
}
