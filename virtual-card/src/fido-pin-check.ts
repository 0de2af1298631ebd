import type { CardState } from './card/card-state.js';
import { fidoPinOf } from './card/fido-pin.js';
import { fidoPinHash } from './card/fido-state.js';
import { profiles } from './card/profiles.js';

/** True if `pin` is the card's FIDO PIN. This spends no try, because the PIN is not sent to the card, but compared with the card's memory. */
export function isFidoPin(state: CardState, pin: string): boolean {
  const { fido: profile } = profiles[state.profile];
  if (!profile) return false;
  const { hash } = fidoPinOf(state, profile);
  return hash?.equals(fidoPinHash(Buffer.from(pin.normalize('NFC'), 'utf8'))) ?? false;
}
