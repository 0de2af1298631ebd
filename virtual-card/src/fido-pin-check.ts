import type { CardState } from './card/card-state.js';
import { fidoPinOf } from './card/fido-pin.js';
import { fidoPinHash } from './card/fido-state.js';
import { profiles } from './card/profiles.js';

/** True for the card's FIDO PIN. Spends no try. For tests, which look into a card's memory. */
export function isFidoPin(state: CardState, pin: string): boolean {
  const { fido: profile } = profiles[state.profile];
  if (!profile) return false;
  const { hash } = fidoPinOf(state, profile);
  return hash?.equals(fidoPinHash(Buffer.from(pin.normalize('NFC'), 'utf8'))) ?? false;
}
