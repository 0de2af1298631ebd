import { PIN_PHASE } from '@cardwright/protocol/cms';
import { pinRules } from '@cardwright/protocol/devices';
import * as v from 'valibot';
import type { OperationContext } from '../operations/context.js';
import type { Phase } from '../operations/definition.js';
import { defineSlice } from '../operations/slice.js';
import type { Escrow } from '../store/rows.js';
import { ownWords } from '../words/language.js';

/** State that an unlock keeps between its steps. Each session starts over: only the card shows how far an earlier session came. */

/** Progress of the new PIN. */
export const newPin = defineSlice({
  name: 'newPin',
  schema: v.strictObject({
    /** True if the card was known to have its initial PIN before the step. */
    wasInitial: v.boolean(),
    /** Rules that were sent; null if the model is no longer issued. */
    rules: v.nullable(pinRules),
    /** True if the PUK that was sent with the step is the PUK of the newest escrow. */
    isNewestSent: v.boolean(),
    /** Challenge for the key in 9A to sign with the new PIN, base64url; null before the step is sent. */
    challenge: v.nullable(v.string()),
    /** Id of the escrow whose PUK the card accepted; null before the card accepted a PUK. */
    taken: v.nullable(v.string()),
    /** True if the key in 9A has signed with the new PIN. */
    isProved: v.boolean(),
  }),
  initial: { wasInitial: false, rules: null, isNewestSent: false, challenge: null, taken: null, isProved: false },
  lasts: 'session',
});

/** Progress of the new PUK. */
export const newPuk = defineSlice({
  name: 'newPuk',
  schema: v.strictObject({
    /** True if the host has the new PUK in its memory. If false, the CMS sends the new PUK back to the host. */
    isPrepared: v.boolean(),
    isApplied: v.boolean(),
  }),
  initial: { isPrepared: false, isApplied: false },
  lasts: 'session',
});

export const PHASES = {
  pin: { name: PIN_PHASE, words: ownWords(({ phases }) => phases.newPin) },
  puk: { name: 'secure', words: ownWords(({ phases }) => phases.securePuk) },
} as const satisfies Record<string, Phase>;

/** Returns the escrow whose PUK the card accepted in this session. */
export function takenEscrow(context: OperationContext): Escrow {
  const { taken } = context.of(newPin);
  const escrow = context.ownDevice.escrows.find(({ id }) => id === taken);
  if (!escrow) throw new Error('the card took no PUK in this session');
  return escrow;
}
