import type { Slot } from './schema.js';

/** Rules that CMS and host follow alike. */

/** Tries that a PIN or PUK must have left to be used: the last one is never spent. */
export const MIN_TRIES = 2;

/** When a key asks for the PIN (SP 800-73-4 Part 1, table 4b): 9C each time, 9E never. */
export const SLOT_PIN_POLICY = {
  '9A': 'once',
  '9C': 'always',
  '9D': 'once',
  '9E': 'never',
} as const satisfies Readonly<Record<Slot, string>>;
