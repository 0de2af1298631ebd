import { CardError, StatusWord } from '../apdu/status-word.js';
import type { Card } from '../card/card.js';

/**
 * Refuses a new PIN that is among the latest PINs of the card.
 *
 * @throws CardError 6984 if the PIN is among them
 */
export function forbidRecentPin({ state }: Card, next: Buffer): void {
  if (state.pinHistory?.pins.some((earlier) => earlier.equals(next)) === true)
    throw new CardError(StatusWord.referenceDataNotUsable, 'one of the latest PINs');
}

/** Writes a new PIN into the history, over the oldest PIN if the history is full. Does nothing on a card without a PIN history. */
export function rememberPin({ profile, state }: Card, pin: Buffer): void {
  if (profile.pinHistory === 0) return;
  const { pins = [], next = 0 } = state.pinHistory ?? {};
  state.pinHistory = { pins: replaceAt(pins, next, pin), next: (next + 1) % profile.pinHistory };
}

const replaceAt = (pins: readonly Buffer[], place: number, pin: Buffer): readonly Buffer[] =>
  place < pins.length ? pins.with(place, Buffer.from(pin)) : [...pins, Buffer.from(pin)];
