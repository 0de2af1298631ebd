import { PIN_PHASE } from '@cardwright/protocol';
import * as v from 'valibot';
import { keptPuks, type PukPair } from '../card-secrets/puk.js';
import type { OperationContext } from '../operations/context.js';
import type { Phase } from '../operations/definition.js';
import { defineSlice } from '../operations/slice.js';
import type { Escrow } from '../store/rows.js';

/** What an unlock keeps between its steps. Each session begins again: only the card can tell how far an earlier one came. */

/** The new PIN. */
export const newPin = defineSlice({
  name: 'newPin',
  schema: v.strictObject({
    /** Whether the card was known to have its initial PIN before. */
    wasInitial: v.boolean(),
    /** Whether the PUK that goes out with the step is that of the newest escrow. */
    isNewestSent: v.boolean(),
    /** What the key in 9A has to sign with the new PIN, base64url; null before the step leaves. */
    challenge: v.nullable(v.string()),
    /** The escrow whose PUK the card took; null until it took one. */
    taken: v.nullable(v.string()),
    /** Whether a key signed with the new PIN. */
    isProved: v.boolean(),
  }),
  initial: { wasInitial: false, isNewestSent: false, challenge: null, taken: null, isProved: false },
  lasts: 'session',
});

/** The new PUK. */
export const newPuk = defineSlice({
  name: 'newPuk',
  schema: v.strictObject({
    /** Whether the host has it in its memory; otherwise it is given back to it. */
    isPrepared: v.boolean(),
    isApplied: v.boolean(),
  }),
  initial: { isPrepared: false, isApplied: false },
  lasts: 'session',
});

export const PHASES = {
  pin: { name: PIN_PHASE, words: { en: 'Waiting for your new PIN', de: 'Wartet auf Ihre neue PIN' } },
  puk: { name: 'secure', words: { en: 'Securing your device', de: 'Ihr Gerät wird gesichert' } },
} as const satisfies Record<string, Phase>;

/** The two PUKs that the card may have: that of its newest escrow, and that of the one before. */
export function puksOf({ ownDevice }: OperationContext): PukPair {
  const pair = keptPuks(ownDevice);
  if (!pair) throw new Error(`no PUK of the device ${ownDevice.row.id} is known`);
  return pair;
}

/** The escrow whose PUK the card took in this session. */
export function takenEscrow(context: OperationContext): Escrow {
  const { taken } = context.of(newPin);
  const escrow = context.ownDevice.escrows.find(({ id }) => id === taken);
  if (!escrow) throw new Error('the card took no PUK in this session');
  return escrow;
}
